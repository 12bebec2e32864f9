/** Contact points are kept only as commitments: enough to see whether one changed, of no use to learn what it is. */
import { createHmac } from "node:crypto";
import type { Channel } from "@behest/contracts/ids";

/**
 * HMAC-SHA256 under the cell's commitment key (outside the database) over the subject's salt (destroyed at erasure), the channel and
 * the contact point. Base64url. Two people with one address have different commitments.
 */
export function commitTo(commitmentKey: Buffer, salt: string, channel: Channel, value: string): string {
  return createHmac("sha256", commitmentKey)
    .update(JSON.stringify(["contact-point", salt, channel, normalised(channel, value)]))
    .digest("base64url");
}

/** What is the same contact point however it was typed. */
export function normalised(channel: Channel, value: string): string {
  const text = value.normalize("NFKC").trim();
  switch (channel) {
    case "email":
      return text.toLowerCase();
    case "sms":
    case "phone":
    case "messaging":
      return text
        .toLowerCase()
        .replaceAll(/[\s().\-/]/g, "")
        .replace(/^00/, "+");
    case "post":
    case "in-app":
      return text.toLowerCase().replaceAll(/\s+/g, " ");
  }
}
