/** What `decide()` is asked and what it must know of the person. Ids, codes and commitments only: no contact point, no name. */
import type { Channel, Cell } from "@behest/contracts/ids";
import type { Obligation, Reason } from "@behest/contracts/decision";

export type Question = {
  caller: {
    client: string;
    /** Roles of the member of staff who asks through the client, perhaps none; null: the client asks for itself. */
    roles: readonly string[] | null;
  };
  purpose: string;
  channel?: Channel | undefined;
  /** ISO country where it will be used; left out: within the cell. */
  usedIn?: string | undefined;
  /** Left out: all that the purpose needs. */
  categories?: readonly string[] | undefined;
  cell: Cell;
  at: Date;
  /** false: leave out step 8 (quiet hours and caps), as for reading a page of choices. */
  contactNow: boolean;
};

export type ConsentState = {
  status: "granted" | "refused" | "withdrawn";
  at: string;
  noticeVersion: string;
  noticeHash: string;
  /** The contact point was proved (double opt-in, or an address verified by the identity provider). */
  confirmed: boolean;
  /** Given in an act of its own. */
  separate: boolean;
  /** Salted commitment to the contact point it was given for. */
  contact?: { channel: Channel; hash: string };
  expiresAt?: string;
  givenBy: "subject" | "guardian";
};

export type Evidence = {
  channel: Channel;
  condition: string;
  at: string;
  /** Recorded for this purpose alone. */
  purpose?: string;
  /** Salted commitment to the contact point that was on record then; none was: bound to none. */
  contact?: string;
};

export type SubjectState = {
  status: "active" | "erased";
  restricted: boolean;
  /** Countries of residence on record. Empty: unknown. */
  countries: readonly string[];
  subdivision: string | null;
  timeZone: string | null;
  birthYear: number | null;
  consents: Readonly<Record<string, ConsentState>>;
  objections: Readonly<Record<string, { at: string }>>;
  /** Salted commitments to the contact points on record now. */
  contactPoints: Readonly<Partial<Record<Channel, string>>>;
  evidence: readonly Evidence[];
  /** Contacts already reserved within the longest window of any cap. */
  contacts: readonly { channel: Channel; at: string }[];
};

/** `state: null`: nobody of that id is enrolled here. */
export type Verdict = { allowed: boolean; reasons: Reason[]; obligations: Obligation[]; validUntil?: string; policy: string };
