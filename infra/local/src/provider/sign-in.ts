/** Serves the sign-in of one cell: shows the page, looks at the password, tells the provider who it was. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cell, Locale } from "@behest/contracts/ids";
import type { Provider } from "oidc-provider";
import { pageHeaders } from "../page.ts";
import { hashPassword, passwordMatches } from "../passwords.ts";
import { findByEmail, readPeople } from "../people.ts";
import { countAttempts } from "./attempts.ts";
import { expiredPage, signInPage } from "./sign-in-page.ts";
import { localeFor, signInWords } from "./sign-in-words.ts";

type Options = { cell: Cell; provider: Provider; peopleFile: string; formTargets: readonly string[] };
type Request = { locale: Locale; email: string; url: URL };
const bodyBytesMax = 4_000;
const limits = { windowSeconds: 300, keysMax: 10_000, nowMs: () => Date.now() };

export type SignIn = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function signInHandler(options: Options): SignIn {
  // Fewer for one account than for one network address, behind which there may be many people.
  const byAccount = countAttempts({ ...limits, failuresMax: 5 });
  const byNetwork = countAttempts({ ...limits, failuresMax: 50 });
  // Compared when no account exists, so that an answer takes as long as for a wrong password.
  let nobodysHash: Promise<string> | undefined;

  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://provider");
    const interaction = await options.provider.interactionDetails(request, response).catch(() => undefined);
    const wish = interaction?.params["ui_locales"];
    const locale = localeFor([
      url.searchParams.get("lang") ?? undefined,
      typeof wish === "string" ? wish : undefined,
      request.headers["accept-language"],
    ]);
    if (!interaction || interaction.uid !== url.pathname.slice("/sign-in/".length)) return send(response, 400, expiredPage(locale));
    nobodysHash ??= hashPassword("nobody");
    if (request.method === "GET") {
      const hint = interaction.params["login_hint"];
      return show(response, 200, { locale, url, email: url.searchParams.get("as") ?? (typeof hint === "string" ? hint : "") });
    }
    if (request.method !== "POST") return send(response, 405, expiredPage(locale));
    const form = await readForm(request);
    const email = form.get("email") ?? "";
    const account = email.trim().toLowerCase();
    const network = request.socket.remoteAddress ?? "";
    const wait = Math.max(byAccount.waitSeconds(account), byNetwork.waitSeconds(network));
    if (wait > 0) return show(response, 429, { locale, url, email }, signInWords[locale].wait(Math.ceil(wait / 60)), wait);
    // Counted before the slow comparison, so that tries sent at once can't all slip under the limit.
    const forgive = [byAccount.count(account), byNetwork.count(network)];
    const person = findByEmail(options.peopleFile, options.cell, email);
    const right = await passwordMatches(form.get("password") ?? "", person?.passwordHash ?? (await nobodysHash));
    if (!person || !right) return show(response, 401, { locale, url, email }, signInWords[locale].wrong);
    for (const undo of forgive) undo();
    return options.provider.interactionFinished(request, response, { login: { accountId: person.id } }, { mergeWithLastSubmission: false });
  };

  function show(response: ServerResponse, status: number, request: Request, problem?: string, waitSeconds?: number): void {
    const people = readPeople(options.peopleFile).filter((person) => person.cell === options.cell);
    if (waitSeconds !== undefined) response.setHeader("retry-after", String(waitSeconds));
    send(
      response,
      status,
      signInPage({ locale: request.locale, email: request.email.slice(0, 254), people, ...(problem === undefined ? {} : { problem }) }),
    );
  }

  function send(response: ServerResponse, status: number, text: string): void {
    response.writeHead(status, pageHeaders(options.formTargets)).end(text);
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return new URLSearchParams();
    parts.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(parts).toString("utf8"));
}
