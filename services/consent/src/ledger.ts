/**
 * Appends to the ledger. Whoever writes locks the heads of the shards concerned first, reads the subjects behind them, and appends:
 * so positions are gap-free and in the order of commits, and two writers about one person come one after the other.
 */
import type { LedgerEvent } from "@behest/contracts/events";
import type { Cell, SubjectId } from "@behest/contracts/ids";
import { chainHash } from "@behest/runtime/audit";
import type { Clock } from "@behest/runtime/clock";
import type { Tx } from "@behest/runtime/database";
import { newId } from "@behest/runtime/id";
import { splitFact, type Origin } from "./event-row.ts";
import { purposeOf, type Fact } from "./facts.ts";
import { fold, type FoldedState } from "./fold.ts";
import { type Head, lockHeads, readStates, readSubjectKeys } from "./ledger-read.ts";
import { destroyKeys, insertEvents, insertKeys, moveHeads, saveStates, type EventContent, type NewEvent } from "./ledger-write.ts";
import { newSubjectKey, type SubjectKey } from "./sealed.ts";
import { revisionOf, shardOf } from "./shard.ts";
import { stopEntry, type StopAppender } from "./stops.ts";

export type Ledger = { cell: Cell; clock: Clock; /** 32 bytes, kept outside the database */ commitmentKey: Buffer; stops: StopAppender };

/** A person as of now: nobody else can write about them until the transaction ends. */
export type Locked = {
  readonly state: FoldedState | null;
  readonly version: number;
  readonly position: number;
  readonly key: SubjectKey | undefined;
  readonly epoch: number;
};

export type Writing = {
  /** What is known of the subject, with what was appended here. */
  of(subject: SubjectId): Locked;
  /** The subject's salt, for commitments; made at the first need. */
  keyOf(subject: SubjectId): SubjectKey;
  /**
   * Puts one event behind the last. A stop is in the stop log when this returns, before anything of it is in the database.
   * `replayed`: a stop that is in the log already, with its id and time.
   */
  append(subject: SubjectId, fact: Fact, origin: Origin, replayed?: { id: string; at: string }): Promise<LedgerEvent>;
  /** What is appended from here on belongs to this epoch. */
  inEpoch(epoch: number): void;
  /** Writes everything appended; nothing may be appended after it. */
  flush(): Promise<void>;
};

/** Locks the subjects' shards, lowest first so that two writers never wait for each other in a circle. */
export async function beginWriting(tx: Tx, ledger: Ledger, subjects: readonly SubjectId[]): Promise<Writing> {
  const heads = await lockHeads(tx, subjects);
  const states = await readStates(tx, subjects);
  const keys = await readSubjectKeys(tx, subjects);
  const locked = new Map<SubjectId, Locked>();
  const made = new Map<SubjectId, SubjectKey>();
  const events: NewEvent[] = [];

  const headOf = (subject: SubjectId): Head => {
    const head = heads.get(shardOf(subject));
    if (head === undefined) throw new Error("a subject whose shard was not locked");
    return head;
  };
  const of = (subject: SubjectId): Locked => {
    const stored = states.get(subject);
    return (
      locked.get(subject) ?? {
        state: stored?.state ?? null,
        version: stored?.version ?? 0,
        position: stored?.position ?? 0,
        key: keys.get(subject),
        epoch: headOf(subject).epoch,
      }
    );
  };
  const keyOf = (subject: SubjectId): SubjectKey => {
    const known = keys.get(subject) ?? made.get(subject);
    if (known !== undefined) return known;
    const fresh = newSubjectKey();
    made.set(subject, fresh);
    return fresh;
  };

  return {
    of,
    keyOf,
    async append(subject, fact, origin, replayed) {
      const before = of(subject);
      const head = headOf(subject);
      const at = replayed?.at ?? ledger.clock.now().toISOString();
      const id = replayed?.id ?? newId(ledger.clock);
      const halves = splitFact(ledger.commitmentKey, keyOf(subject), id, fact, origin);
      const stop = replayed === undefined ? stopEntry(id, subject, fact, at) : undefined;
      if (stop !== undefined) await ledger.stops.append(stop);

      const position = head.head + 1;
      const content = {
        shard: head.shard,
        position,
        epoch: head.epoch,
        eventId: id,
        subject,
        version: before.version + 1,
        at: new Date(at),
        ...halves,
      };
      const hash = chainHash(head.hash, chained(content));
      events.push({ ...content, previousHash: head.hash, hash });
      heads.set(head.shard, { ...head, head: position, hash });
      locked.set(subject, {
        state: fold(before.state, { at, fact }),
        version: before.version + 1,
        position,
        key: keyOf(subject),
        epoch: head.epoch,
      });
      const purpose = purposeOf(fact);
      return {
        id,
        subject,
        kind: fact.kind,
        at,
        revision: revisionOf(head.epoch, head.shard, position),
        version: before.version + 1,
        ...(purpose === undefined ? {} : { purpose }),
      };
    },
    inEpoch(epoch) {
      for (const [shard, head] of heads) heads.set(shard, { ...head, epoch });
    },
    async flush() {
      if (events.length === 0) return;
      await moveHeads(tx, events);
      await insertEvents(tx, events);
      await saveStates(tx, locked);
      const erased = new Set([...locked].filter(([, { state }]) => state?.status === "erased").map(([subject]) => subject));
      await insertKeys(tx, new Map([...made].filter(([subject]) => !erased.has(subject))), ledger.clock.now());
      await destroyKeys(tx, [...erased]);
    },
  };
}

/** By column names: what verification reads back. */
const chained = ({ eventId, ...rest }: EventContent) => ({ ...rest, event_id: eventId });
