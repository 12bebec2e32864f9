/** Jurisdictions: inheritance ends, and each channel rule says what its kind needs. */
import { repeated, unknownName, type Fault, type Path } from "./fault.ts";
import type { ChannelRule, JurisdictionFile } from "./schema.ts";
import type { Known, PolicySources } from "./sources.ts";

export function checkJurisdictions({ jurisdictions }: PolicySources, known: Known): Fault[] {
  const parents = new Map(jurisdictions.map(({ jurisdiction, inherits }) => [jurisdiction, inherits]));
  return jurisdictions.flatMap((file) => [
    ...checkInheritance(file, parents, known),
    ...Object.entries(file.channels).flatMap(([channel, rule]) => checkRule(fileOf(file), ["channels", channel], rule)),
    ...file.separateConsent.flatMap(({ purpose }, index) =>
      known.purposes.has(purpose)
        ? []
        : [unknownName(fileOf(file), ["separateConsent", index], "purpose", purpose, known.purposes, `add purposes/${purpose}.yaml`)],
    ),
    ...(file.consentLastsMonths?.purposes ?? []).flatMap((purpose, index) =>
      known.purposes.has(purpose)
        ? []
        : [
            unknownName(
              fileOf(file),
              ["consentLastsMonths", "purposes", index],
              "purpose",
              purpose,
              known.purposes,
              `add purposes/${purpose}.yaml`,
            ),
          ],
    ),
    ...repeated(file.separateConsent.map(({ purpose }) => purpose)).map((purpose): Fault => ({
      file: fileOf(file),
      path: ["separateConsent"],
      what: `separate consent for "${purpose}" stands twice`,
      todo: "delete one",
    })),
  ]);
}

const fileOf = ({ jurisdiction }: JurisdictionFile): string => `jurisdictions/${jurisdiction}.yaml`;

function checkInheritance(
  { jurisdiction, inherits }: JurisdictionFile,
  parents: ReadonlyMap<string, string | undefined>,
  known: Known,
): Fault[] {
  const file = `jurisdictions/${jurisdiction}.yaml`;
  const [country] = jurisdiction.split("-");
  if (inherits === undefined)
    return country === jurisdiction
      ? []
      : [{ file, path: ["jurisdiction"], what: `${jurisdiction} does not inherit from ${country}`, todo: `add "inherits: ${country}"` }];
  if (!known.jurisdictions.has(inherits))
    return [unknownName(file, ["inherits"], "jurisdiction", inherits, known.jurisdictions, `add jurisdictions/${inherits}.yaml`)];
  return isCircle(jurisdiction, parents)
    ? [
        {
          file,
          path: ["inherits"],
          what: `${jurisdiction} inherits from itself by way of ${inherits}`,
          todo: "let one of them inherit from nothing",
        },
      ]
    : [];
}

function isCircle(start: string, parents: ReadonlyMap<string, string | undefined>): boolean {
  const seen = new Set<string>();
  for (let code = parents.get(start); code !== undefined && !seen.has(code); code = parents.get(code)) {
    if (code === start) return true;
    seen.add(code);
  }
  return false;
}

function checkRule(file: string, path: Path, rule: ChannelRule): Fault[] {
  const faults: [boolean, string, string, string][] = [
    [
      rule.rule === "opt-out" && rule.conditions === undefined,
      "",
      "opt-out without conditions would allow on silence",
      "say what must have been recorded",
    ],
    [
      rule.rule !== "opt-out" && rule.conditions !== undefined,
      "conditions",
      `conditions mean nothing for ${rule.rule}`,
      "delete them, or make it opt-out",
    ],
    [
      rule.rule !== "opt-in" && rule.softOptIn !== undefined,
      "softOptIn",
      `${rule.rule} knows no soft opt-in`,
      "delete it, or make it opt-in",
    ],
    [
      rule.rule !== "opt-in" && rule.confirmation !== undefined,
      "confirmation",
      `${rule.rule} has nothing to confirm`,
      "delete it, or make it opt-in",
    ],
    [
      rule.registerDaysMax !== undefined && rule.conditions?.includes("register_checked") !== true,
      "registerDaysMax",
      "no register check is asked for",
      'add "register_checked" to conditions, or delete it',
    ],
    [
      rule.softOptIn?.monthsMax !== undefined && !rule.softOptIn.conditions.includes("contact_from_sale"),
      "softOptIn",
      "monthsMax counts from the sale",
      'add "contact_from_sale" to its conditions',
    ],
    [
      rule.quietHours !== undefined &&
        !(isClock(rule.quietHours.from) && isClock(rule.quietHours.to) && rule.quietHours.from !== rule.quietHours.to),
      "quietHours",
      "from and to are not two different times of day",
      "write times from 00:00 to 23:59",
    ],
  ];
  return faults.filter(([found]) => found).map(([, key, what, todo]) => ({ file, path: key === "" ? path : [...path, key], what, todo }));
}

const isClock = (time: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(time);
