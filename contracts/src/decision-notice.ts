/** What consent has records tell a person by mail: what they decided about a purpose. Ids and codes only; records alone knows an address. */
import { z } from "zod";
import { Instant, PurposeCode, SubjectId } from "./ids.ts";
import { route } from "./route.ts";

/** `granted_pending`: agreed, but something is still missing before the use is allowed, such as a confirmed address. */
export const toldDecisions = ["granted", "granted_pending", "withdrawn", "objected", "objection_lifted"] as const;
export const ToldDecision = z.enum(toldDecisions).meta({ id: "ToldDecision" });
export type ToldDecision = z.infer<typeof ToldDecision>;
export const noticeDecision = route({
  id: "noticeDecision",
  method: "post",
  path: "/v1/decision-notices",
  summary: "Tell a person by mail what they decided; the same event again changes nothing",
  policy: { access: { scope: "records:notify", actors: ["service"] }, owner: "cell", repeat: "natural" },
  body: z
    .strictObject({
      event: z.uuid().describe("the ledger event that the mail is about"),
      subject: SubjectId,
      purpose: PurposeCode,
      decision: ToldDecision,
      at: Instant,
    })
    .meta({ id: "DecisionNotice" }),
  answers: {
    202: {
      description: "a mail follows, if the person has an address on record",
      schema: z.strictObject({ event: z.string() }).meta({ id: "DecisionNoticeTaken" }),
    },
  },
});
