/** Where a person is written to and in which language, as the map finds it in the source. */
import type { Tx } from "@behest/runtime/database";
import type { Door, Enrolled } from "./door.ts";
import { personTable, readRows } from "./mapped-query.ts";

export type MailContact = {
  /** Null: none on record, or what is there is not one e-mail address. */
  address: string | null;
  language: string | null;
  /** Of what was read. */
  categories: string[];
};

/** One plain address. A list of them, or a name beside it, could send the mail to somebody else. */
const oneAddress = /^[^\s@"<>,;:()[\]\\]{1,64}@[^\s@"<>,;:()[\]\\]{1,255}$/u;

export async function mailContactOf(tx: Tx, { map }: Door, { personKey }: Enrolled): Promise<MailContact> {
  const { name, table, about } = personTable(map);
  const email = about.contactPoints.find(({ channel }) => channel === "email")?.column;
  const columns = [email, about.language].filter((column) => column !== undefined);
  if (email === undefined) return { address: null, language: null, categories: [] };
  const { rows } = await readRows(tx, map, name, columns, personKey, 1);
  const valueOf = (column: string | undefined): string | null => {
    const value = column === undefined ? null : (rows[0]?.[column] ?? null);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  };
  const address = valueOf(email);
  return {
    address: address !== null && oneAddress.test(address) ? address : null,
    language: valueOf(about.language),
    categories: [...new Set(columns.flatMap((column) => table.columns[column]?.category ?? []))].toSorted(),
  };
}
