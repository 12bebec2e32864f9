/** What a session holds, sealed: who signed in, and their tokens. */
import { Channel, SubjectId } from "@behest/contracts/ids";
import { z } from "zod";

export const tokenServices = ["consent", "records", "crm"] as const;
export type TokenService = (typeof tokenServices)[number];

export const SessionData = z.object({
  name: z.string(),
  /** Null: a member of staff, or an account not linked to a customer. */
  subject: SubjectId.nullable(),
  roles: z.array(z.string()),
  refreshToken: z.string().nullable(),
  /** One access token for each service: RFC 8707, one audience a token. */
  tokens: z.partialRecord(z.enum(tokenServices), z.object({ token: z.string(), usableUntilMs: z.number() })),
  /** What the door said about the person when it was last asked; kept so that every page view doesn't leave a look in their list. */
  known: z.object({ contactPoints: z.partialRecord(Channel, z.string()), categories: z.int(), rows: z.int() }).nullable(),
});
export type SessionData = z.infer<typeof SessionData>;
