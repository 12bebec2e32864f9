/** Ids that sort by time: UUID version 7 (RFC 9562), made from the given clock. */
import { randomBytes } from "node:crypto";
import { SubjectId, type Cell } from "@behest/contracts/ids";
import type { Clock } from "./clock.ts";

/** A UUIDv7 as text, such as `0197c3a5-d0e1-7cc2-9f3a-52c1b0f0a001`. */
export function newId(clock: Clock): string {
  const hex = newHex(clock);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The cell, an underscore and a UUIDv7 as 32 hex digits. */
export const newSubjectId = (cell: Cell, clock: Clock): SubjectId => SubjectId.parse(`${cell}_${newHex(clock)}`);

function newHex(clock: Clock): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(clock.now().getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6); // version 7
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8); // variant of RFC 9562
  return bytes.toString("hex");
}
