/** What a verification may find wrong, as one closed list. */
export type FindingKind =
  | "row_altered" // the row is not what was hashed
  | "link_broken" // it does not follow the row before it
  | "row_missing"
  | "row_inserted"
  | "head_differs" // the heads row is not the last row
  | "head_missing"
  | "tail_cut" // rows that a checkpoint has seen are gone
  | "history_rewritten" // a consistent chain, but not the one that a checkpoint has seen
  | "chain_missing"
  | "no_checkpoint" // nothing outside the database vouches for it: a rewritten history would look the same
  | "checkpoint_forged";

/** `shard` and `position`: where the first wrong row stands; null where the finding has no such place. */
export type Finding = { table: string; shard: number | null; position: number | null; kind: FindingKind; detail: string };
