/**
 * The bytes of a stop log segment: a mark of the format, then records.
 * A record is `STOP`, body length, sequence, CRC-32 of these twelve bytes, nonce, ciphertext, tag. The checksum of the frame is what tells a record
 * cut short by a crash (a true frame, too few bytes) from a damaged length, which would otherwise hide all that follows.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Cell } from "@behest/contracts/ids";
import { StartRefused } from "./start-refused.ts";

const mark = Buffer.from("STOP");
const frameBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
/** A stop is some hundred bytes; this bounds what a reader holds for one. */
export const plainBytesMax = 1024 * 1024;
const bodyBytesMax = nonceBytes + plainBytesMax + tagBytes;

/** First bytes of every segment. */
export const segmentHead = Buffer.from("behest-stop-log 1\n");

/** A segment that can't be what was written: names the segment and the byte. */
export class StopLogDamaged extends StartRefused {
  readonly segment: string;
  readonly offset: number;
  constructor(segment: string, offset: number, what: string) {
    super(`stop log segment ${segment}, byte ${offset}: ${what}`);
    this.name = "StopLogDamaged";
    this.segment = segment;
    this.offset = offset;
  }
}

/** `torn`: the write was cut off here by a crash, nobody was told it succeeded. `end`: nothing more. */
export type RecordRead = { state: "record"; plain: Buffer; sequence: number; next: number } | { state: "torn" } | { state: "end" };

export type StopLogCipher = {
  seal(segment: string, sequence: number, plain: Buffer): Buffer;
  /** Reads the record at `offset`. Throws StopLogDamaged for anything but a true record, the end, or a torn tail. */
  open(segment: string, bytes: Buffer, offset: number): RecordRead;
};

export function stopLogCipher(options: { cell: Cell; key: string }): StopLogCipher {
  const master = Buffer.from(options.key, "base64url");
  if (master.length !== 32) throw new Error("the stop log key must be 32 bytes in base64url");
  const keys = new Map<string, Buffer>();
  // A key of its own for each segment keeps random nonces far below the birthday bound of GCM, however long the master key lives.
  const keyOf = (segment: string): Buffer => {
    const known = keys.get(segment);
    if (known) return known;
    const key = Buffer.from(hkdfSync("sha256", master, segment, "behest stop log", 32));
    keys.set(segment, key);
    return key;
  };
  // Bound to place: a record copied to another cell, segment or position does not open.
  const place = (segment: string, sequence: number): Buffer => Buffer.from(`${options.cell}\n${segment}\n${sequence}`);

  return {
    seal(segment, sequence, plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", keyOf(segment), nonce).setAAD(place(segment, sequence));
      const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return Buffer.concat([frameOf(body.length, sequence), body]);
    },
    open(segment, bytes, offset) {
      const frame = readFrame(segment, bytes, offset);
      if (frame.state !== "frame") return frame;
      const start = offset + frameBytes;
      const next = start + frame.length;
      if (next > bytes.length) return { state: "torn" };
      const decipher = createDecipheriv("aes-256-gcm", keyOf(segment), bytes.subarray(start, start + nonceBytes))
        .setAAD(place(segment, frame.sequence))
        .setAuthTag(bytes.subarray(next - tagBytes, next));
      try {
        const plain = Buffer.concat([decipher.update(bytes.subarray(start + nonceBytes, next - tagBytes)), decipher.final()]);
        return { state: "record", plain, sequence: frame.sequence, next };
      } catch {
        throw new StopLogDamaged(segment, offset, "the record does not open: altered bytes, another cell's record or the wrong key");
      }
    },
  };
}

function frameOf(length: number, sequence: number): Buffer {
  const frame = Buffer.alloc(frameBytes);
  mark.copy(frame);
  frame.writeUInt32BE(length, 4);
  frame.writeUInt32BE(sequence, 8);
  frame.writeUInt32BE(crc32(frame.subarray(0, 12)), 12);
  return frame;
}

type FrameRead = { state: "frame"; length: number; sequence: number } | { state: "torn" } | { state: "end" };

function readFrame(segment: string, bytes: Buffer, offset: number): FrameRead {
  const rest = bytes.length - offset;
  if (rest === 0) return { state: "end" };
  // A crash may leave a file that was lengthened but never filled: zeros to the very end are a torn tail, anything else is not.
  if (bytes.subarray(offset).every((byte) => byte === 0)) return { state: "torn" };
  if (rest < frameBytes) {
    const begun = bytes.subarray(offset, offset + Math.min(rest, mark.length));
    if (begun.equals(mark.subarray(0, begun.length))) return { state: "torn" };
    throw new StopLogDamaged(segment, offset, "no record begins here");
  }
  const frame = bytes.subarray(offset, offset + frameBytes);
  const length = frame.readUInt32BE(4);
  if (!frame.subarray(0, 4).equals(mark) || crc32(frame.subarray(0, 12)) !== frame.readUInt32BE(12)) {
    throw new StopLogDamaged(segment, offset, "the frame of the record is damaged");
  }
  if (length < nonceBytes + tagBytes || length > bodyBytesMax)
    throw new StopLogDamaged(segment, offset, `a record of ${length} bytes can't be`);
  return { state: "frame", length, sequence: frame.readUInt32BE(8) };
}
