/** Which of our languages a person is written to in: the one on record, else that of where they live, else English. */
import { type Locale, locales } from "@behest/contracts/ids";

/** `language`: what the source holds, such as `de`, `de-AT`, `zh_CN`. A language or script that we don't have counts as none. */
export function localeOf(language: string | null, countries: readonly string[]): Locale {
  const stated = language === null ? undefined : ours(language.trim().replaceAll("_", "-"));
  if (stated !== undefined) return stated;
  // Disputed residence: only what all the countries agree on.
  const there = new Set(countries.map((country) => ours(`und-${country}`)));
  const [only] = there;
  return there.size === 1 && only !== undefined ? only : "en";
}

/** By the likely subtags of Unicode CLDR: `und-AT` is German in Latin script, `zh` is Chinese in simplified script. */
function ours(tag: string): Locale | undefined {
  const wanted = likely(tag);
  return wanted === undefined ? undefined : locales.find((locale) => likely(locale) === wanted);
}

function likely(tag: string): string | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return undefined; // no language tag at all, such as "n/a"
  }
}
