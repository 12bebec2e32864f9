/** Hashes that a decision and a grant carry: over RFC 8785 canonical JSON, so that order and spacing of the YAML do not matter. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { PolicySources } from "./sources.ts";
import type { PurposeFile } from "./schema.ts";

export function sha256(value: unknown): string {
  return `sha256:${createHash("sha256")
    .update(canonicalize(value) ?? "null")
    .digest("hex")}`;
}

/** Binds a grant to the very words shown, whichever of the four languages they were read in. */
export const noticeHash = (purpose: PurposeFile): string => sha256({ purpose: purpose.purpose, ...purpose.notice });

/** Over all that can change a decision; names and labels can't, so a corrected translation keeps the hash, save in a notice. */
export function policyHash(sources: PolicySources): string {
  return sha256({
    version: sources.set.version,
    purposes: sources.purposes.map(({ purpose, channels, categories, lastsMonths, basis, ...rest }) => ({
      purpose,
      channels,
      categories,
      lastsMonths,
      basis,
      notice: noticeHash({ purpose, channels, categories, lastsMonths, basis, ...rest }),
    })),
    callers: sources.callers.map(({ client, purposes, staff, tellingReasons }) => ({ client, purposes, staff, tellingReasons })),
    roles: Object.entries(sources.roles.roles).map(([role, { sees }]) => [role, sees]),
    controllers: sources.controllers.map(({ controller, sources: from }) => ({ controller, from })),
    categories: Object.entries(sources.categories.categories).map(([code, { sensitive }]) => [code, sensitive]),
    dataMaps: sources.dataMaps.map(({ source, kind, tables }) => ({ source, kind, tables: unlabelled(tables) })),
    jurisdictions: sources.jurisdictions.map(({ name: _name, ...rules }) => rules),
    countries: sources.countries,
    transfers: sources.transfers,
    instruments: sources.instruments,
    caps: sources.caps,
  });
}

const unlabelled = (tables: PolicySources["dataMaps"][number]["tables"]) =>
  Object.entries(tables).map(([table, { about, erasure, key, newest, columns }]) => ({
    table,
    about,
    erasure,
    key,
    newest,
    columns: Object.entries(columns).map(([column, { category, erasure: own }]) => ({ column, category, erasure: own })),
  }));
