/** Every single rule of the policies, each with the file as it would be without it. */
import type { Path } from "./fault.ts";
import type { RuleFile } from "./assemble.ts";

export type Mutant = {
  file: string;
  path: Path;
  what: string;
  /** The whole value of the file without the rule; made when asked for, since there are thousands. */
  value(): unknown;
};

/** A pattern leads to rules by `*` (each member) and names; what it finds is deleted, or replaced where there is nothing to delete. */
type Rule = { file: RegExp; at: readonly string[]; instead?: unknown; unless?: (value: unknown) => boolean };

const rules: readonly Rule[] = [
  { file: /^purposes\//, at: ["basis", "*"] },
  { file: /^purposes\//, at: ["basis", "*", "conditions", "*"] },
  { file: /^purposes\//, at: ["categories", "*"] },
  { file: /^purposes\//, at: ["channels", "*"] },
  { file: /^purposes\//, at: ["lastsMonths"], instead: null, unless: (value) => value === null },
  { file: /^callers\/(?!roles)/, at: ["purposes", "*"] },
  { file: /^callers\/(?!roles)/, at: ["staff", "*"] },
  { file: /^callers\/(?!roles)/, at: ["staff", "*", "*"] },
  { file: /^callers\/(?!roles)/, at: ["tellingReasons"], instead: false, unless: (value) => value === false },
  { file: /^callers\/(?!roles)/, at: ["country"] },
  { file: /^callers\/roles\./, at: ["roles", "*"], unless: (value) => member(value, "sees") === "nobody" },
  { file: /^jurisdictions\//, at: ["inherits"] },
  { file: /^jurisdictions\//, at: ["channels", "*"] },
  ...["softOptIn", "confirmation", "quietHours", "registerDaysMax"].map((name) => ({
    file: /^jurisdictions\//,
    at: ["channels", "*", name],
  })),
  { file: /^jurisdictions\//, at: ["channels", "*", "conditions", "*"] },
  { file: /^jurisdictions\//, at: ["channels", "*", "softOptIn", "conditions", "*"] },
  { file: /^jurisdictions\//, at: ["channels", "*", "softOptIn", "monthsMax"] },
  { file: /^jurisdictions\//, at: ["age"] },
  { file: /^jurisdictions\//, at: ["consentLastsMonths"] },
  { file: /^jurisdictions\//, at: ["consentLastsMonths", "purposes", "*"] },
  { file: /^jurisdictions\//, at: ["separateConsent", "*"] },
  { file: /^residency\/countries\./, at: ["countries", "*"] },
  { file: /^residency\/countries\./, at: ["countries", "*", "jurisdiction"] },
  { file: /^residency\/countries\./, at: ["countries", "*", "zone"] },
  { file: /^residency\/countries\./, at: ["subdivisions", "*"] },
  { file: /^residency\/countries\./, at: ["names", "*"] },
  { file: /^residency\/transfers\./, at: ["matrix", "*", "*"] },
  { file: /^residency\/transfers\./, at: ["classes", "*", "needs"], instead: "none", unless: (value) => value === "none" },
  { file: /^residency\/transfers\./, at: ["classes", "*", "ledger"], instead: false, unless: (value) => value === false },
  { file: /^residency\/transfers\./, at: ["pairs", "*"] },
  { file: /^residency\/instruments\./, at: ["instruments", "*"] },
  { file: /^residency\/instruments\./, at: ["instruments", "*", "clients", "*"] },
  { file: /^residency\/instruments\./, at: ["instruments", "*", "purposes", "*"] },
  { file: /^channels\/caps\./, at: ["caps", "*"] },
  { file: /^channels\/caps\./, at: ["caps", "*", "channels", "*"] },
  { file: /^channels\/caps\./, at: ["marketing", "*"] },
  { file: /^channels\/caps\./, at: ["practice", "conditions", "*"] },
  { file: /^residency\/countries\./, at: ["countries", "*", "timeZones", "*"] },
  { file: /^residency\/countries\./, at: ["subdivisions", "*", "timeZones", "*"] },
  { file: /^controllers\//, at: ["sources", "*"] },
  { file: /^controllers\//, at: ["sources", "*", "cells", "*"] },
  { file: /^data-map\/(?!categories)/, at: ["tables", "*", "columns", "*"] },
  { file: /^data-map\/(?!categories)/, at: ["tables", "*", "columns", "*", "erasure"] },
  { file: /^data-map\/(?!categories)/, at: ["tables", "*", "erasure"], instead: "none", unless: (value) => value === "none" },
  { file: /^data-map\/(?!categories)/, at: ["tables", "*", "about", "residence", "*"] },
  { file: /^data-map\/(?!categories)/, at: ["tables", "*", "about", "contactPoints", "*"] },
  ...["subdivision", "birthYear", "language", "owner", "referenceSource"].map((name) => ({
    file: /^data-map\/(?!categories)/,
    at: ["tables", "*", "about", name],
  })),
];

export function mutantsOf(files: readonly RuleFile[]): Mutant[] {
  return files.flatMap(({ file, value }) =>
    rules
      .filter((rule) => rule.file.test(file))
      .flatMap((rule) =>
        pathsTo(value, rule.at)
          .filter((path) => rule.unless?.(follow(value, path)) !== true)
          .map((path): Mutant => ({ file, path, what: sayRule(value, path), value: () => without(value, path, rule.instead) })),
      ),
  );
}

/** The path, with what an entry of a list says instead of where it stands. */
function sayRule(value: unknown, path: Path): string {
  const said = path.map((step, index) => {
    const here = typeof step === "number" ? follow(value, path.slice(0, index + 1)) : step;
    return typeof here === "string" ? here : JSON.stringify(here);
  });
  return said.join(" › ");
}

function pathsTo(value: unknown, at: readonly string[]): Path[] {
  const [step, ...rest] = at;
  if (step === undefined) return value === undefined ? [] : [[]];
  const keys = step === "*" ? keysOf(value) : [step];
  return keys.flatMap((key) => pathsTo(member(value, key), rest).map((path): Path => [key, ...path]));
}

function keysOf(value: unknown): (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

const member = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
const follow = (value: unknown, path: Path): unknown => path.reduce(member, value);

/** A copy along the path only; everything beside it is shared, so that it need not be parsed again. */
function without(value: unknown, [step, ...rest]: Path, instead: unknown): unknown {
  if (step === undefined) return instead;
  const last = rest.length === 0 && instead === undefined;
  if (Array.isArray(value))
    return last
      ? value.filter((_, index) => index !== step)
      : value.map((item: unknown, index) => (index === step ? without(item, rest, instead) : item));
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return Object.fromEntries(
    last
      ? entries.filter(([key]) => key !== step)
      : entries.map(([key, item]) => [key, key === step ? without(item, rest, instead) : item]),
  );
}
