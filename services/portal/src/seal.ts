/** Authenticated encryption of small texts (AES-256-GCM): `nonce ‖ tag ‖ ciphertext`, bound to what it is for. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

export type Seal = {
  close(text: string, purpose: string): Buffer;
  /** Undefined: not ours, changed on the way, or meant for something else. */
  open(sealed: Uint8Array, purpose: string): string | undefined;
  /** A value that only the holder of the key can make for this input. */
  mac(input: string, purpose: string): string;
};

const nonceBytes = 12;
const tagBytes = 16;

/** `key`: 32 bytes. Each purpose works under a key of its own. */
export function sealWith(key: Uint8Array): Seal {
  const keyFor = (purpose: string) => createHmac("sha256", key).update(purpose).digest();
  return {
    close(text, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", keyFor(`seal ${purpose}`), nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, purpose) {
      if (sealed.length < nonceBytes + tagBytes) return undefined;
      try {
        const decipher = createDecipheriv("aes-256-gcm", keyFor(`seal ${purpose}`), sealed.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
    mac: (input, purpose) =>
      createHmac("sha256", keyFor(`mac ${purpose}`))
        .update(input)
        .digest("base64url"),
  };
}
