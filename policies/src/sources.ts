/** All policy files of a folder, parsed: what a set is compiled from. */
import type { z } from "zod";
import type {
  CallerFile,
  CapsFile,
  CategoriesFile,
  ControllerFile,
  CountriesFile,
  DataMapFile,
  InstrumentsFile,
  JurisdictionFile,
  PurposeFile,
  RolesFile,
  SetFile,
  TransfersFile,
} from "./schema.ts";

export type PolicySources = {
  set: z.infer<typeof SetFile>;
  purposes: readonly PurposeFile[];
  callers: readonly CallerFile[];
  roles: z.infer<typeof RolesFile>;
  controllers: readonly z.infer<typeof ControllerFile>[];
  categories: z.infer<typeof CategoriesFile>;
  dataMaps: readonly DataMapFile[];
  jurisdictions: readonly JurisdictionFile[];
  countries: z.infer<typeof CountriesFile>;
  transfers: z.infer<typeof TransfersFile>;
  instruments: z.infer<typeof InstrumentsFile>;
  caps: z.infer<typeof CapsFile>;
};

/** Names that files bear, also files that could not be read: one fault is not to be told as many. */
export type Known = { purposes: ReadonlySet<string>; clients: ReadonlySet<string>; jurisdictions: ReadonlySet<string> };
