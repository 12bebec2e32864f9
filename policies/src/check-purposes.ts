/** Purposes: every name they use exists, and a basis says what its kind needs. */
import { repeated, unknownName, type Fault } from "./fault.ts";
import type { PurposeFile } from "./schema.ts";
import type { Known, PolicySources } from "./sources.ts";

export function checkPurposes(sources: PolicySources, known: Known): Fault[] {
  const categories = Object.keys(sources.categories.categories);
  return [
    ...sources.purposes.flatMap((purpose) => [...checkCategories(purpose, categories), ...checkBasis(purpose, known)]),
    ...sources.caps.marketing
      .filter((purpose) => !known.purposes.has(purpose))
      .map((purpose) =>
        unknownName(
          "channels/caps.yaml",
          ["marketing", sources.caps.marketing.indexOf(purpose)],
          "purpose",
          purpose,
          known.purposes,
          `add purposes/${purpose}.yaml`,
        ),
      ),
    ...repeated(sources.caps.caps.map(({ cap }) => cap)).map((cap): Fault => ({
      file: "channels/caps.yaml",
      path: ["caps", sources.caps.caps.findLastIndex((one) => one.cap === cap)],
      what: `the cap "${cap}" stands twice`,
      todo: "rename or delete one",
    })),
  ];
}

const fileOf = (purpose: PurposeFile): string => `purposes/${purpose.purpose}.yaml`;

function checkCategories(purpose: PurposeFile, categories: readonly string[]): Fault[] {
  const file = fileOf(purpose);
  return [
    ...purpose.categories.flatMap((category, index) =>
      categories.includes(category)
        ? []
        : [unknownName(file, ["categories", index], "category", category, categories, "add it to data-map/categories.yaml")],
    ),
    ...repeated(purpose.categories).map((category): Fault => ({
      file,
      path: ["categories", purpose.categories.lastIndexOf(category)],
      what: `the category "${category}" stands twice`,
      todo: "delete one",
    })),
    ...repeated(purpose.channels).map((channel): Fault => ({
      file,
      path: ["channels", purpose.channels.lastIndexOf(channel)],
      what: `the channel "${channel}" stands twice`,
      todo: "delete one",
    })),
  ];
}

function checkBasis(purpose: PurposeFile, known: Known): Fault[] {
  const file = fileOf(purpose);
  return Object.entries(purpose.basis).flatMap(([jurisdiction, basis]) => {
    const path = ["basis", jurisdiction];
    const faults: Fault[] = [];
    if (jurisdiction !== "default" && !known.jurisdictions.has(jurisdiction))
      faults.push(unknownName(file, path, "jurisdiction", jurisdiction, known.jurisdictions, `add jurisdictions/${jurisdiction}.yaml`));
    if (basis.kind === "opt-out" && basis.conditions === undefined)
      faults.push({ file, path, what: "opt-out without conditions would allow on silence", todo: "say what must have been recorded" });
    if (basis.kind !== "opt-out" && basis.conditions !== undefined)
      faults.push({
        file,
        path: [...path, "conditions"],
        what: `conditions mean nothing for ${basis.kind}`,
        todo: "delete them, or make it opt-out",
      });
    if (basis.kind === "channel-rule" && purpose.channels.length === 0)
      faults.push({ file, path, what: "channel-rule for a purpose without channels", todo: "add channels, or choose another kind" });
    return faults;
  });
}
