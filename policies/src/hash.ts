/** Hashes that a decision and a grant carry: over RFC 8785 canonical JSON, so that order and spacing of the YAML do not matter. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { PolicySources } from "./sources.ts";
import type { PurposeFile } from "./schema.ts";

/** Binds a grant to the very words shown, whichever of the four languages they were read in. */
export const noticeHash = ({ purpose, notice }: Pick<PurposeFile, "purpose" | "notice">): string => sha256({ purpose, ...notice });

/** Over all that can change a decision; names and labels can't, so a corrected translation keeps the hash, save in a notice. */
export function policyHash(sources: PolicySources): string {
  return sha256({
    version: sources.set.version,
    purposes: sources.purposes.map(({ purpose, channels, categories, lastsMonths, basis, notice }) => ({
      purpose,
      channels,
      categories,
      lastsMonths,
      basis,
      notice: noticeHash({ purpose, notice }),
    })),
    callers: sources.callers.map(({ name: _name, ...rules }) => rules),
    roles: mapValues(sources.roles.roles, ({ sees }) => sees),
    controllers: sources.controllers.map(({ controller, sources: from }) => ({ controller, from })),
    categories: mapValues(sources.categories.categories, ({ sensitive }) => sensitive),
    dataMaps: sources.dataMaps.map(({ source, kind, tables }) => ({ source, kind, tables: unlabelled(tables) })),
    jurisdictions: sources.jurisdictions.map(({ name: _name, ...rules }) => rules),
    countries: sources.countries,
    transfers: sources.transfers,
    instruments: sources.instruments,
    caps: sources.caps,
  });
}

function sha256(value: unknown): string {
  return `sha256:${createHash("sha256")
    .update(canonicalize(value) ?? "null")
    .digest("hex")}`;
}

const unlabelled = (tables: PolicySources["dataMaps"][number]["tables"]) =>
  mapValues(tables, ({ label: _label, columns, ...rest }) => ({
    ...rest,
    columns: mapValues(columns, ({ category, erasure }) => ({ category, erasure })),
  }));

const mapValues = <T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
