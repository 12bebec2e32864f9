/** The mailbox process: SMTP in, a web page out. */
import { serve } from "@hono/node-server";
import { readHelperArguments } from "../helper-arguments.ts";
import { serveUntilSignal } from "../serve-until-signal.ts";
import { mailboxApp } from "./mailbox-app.ts";
import { keepMessages } from "./messages.ts";
import { listenForMail } from "./smtp.ts";

const { files, addresses } = readHelperArguments();
const messages = keepMessages({ folder: files.mailbox, messagesMax: 500, now: () => new Date() });
const smtp = await listenForMail(addresses.smtpPort, messages);
const web = serve({ fetch: mailboxApp({ messages, folder: files.mailbox }).fetch, hostname: "127.0.0.1", port: addresses.mailboxPort });
serveUntilSignal([() => smtp.close(), () => web.close()]);
