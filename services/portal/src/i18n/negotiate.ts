/** Which language a browser gets: the person's choice, else the best of its Accept-Language, else English. */
import { Locale, locales } from "@behest/contracts/ids";

export function negotiateLocale(chosen: string | undefined, acceptLanguage: string | undefined): Locale {
  const choice = Locale.safeParse(chosen);
  if (choice.success) return choice.data;
  for (const range of rangesByQuality(acceptLanguage ?? "")) {
    const match = locales.find((locale) => primaryOf(locale) === primaryOf(range));
    if (match !== undefined) return match;
  }
  return "en";
}

const primaryOf = (tag: string): string => tag.toLowerCase().split("-")[0] ?? "";

/** RFC 9110 § 12.5.4. Ranges with q=0 are refused ones. */
function rangesByQuality(header: string): string[] {
  return header
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [range = "", ...parameters] = part.trim().split(";");
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
      return { range: range.trim(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ range, q }) => range !== "" && q > 0)
    .toSorted((a, b) => b.q - a.q)
    .map(({ range }) => range);
}
