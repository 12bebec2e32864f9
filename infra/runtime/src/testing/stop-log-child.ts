/** A process for the crash test: appends stops without end and prints an id only once its append has resolved. Arguments: directory, key. */
import { newId, newSubjectId } from "../id.ts";
import { systemClock } from "../clock.ts";
import { openStopLog } from "../stop-log.ts";

const [directory = "", key = ""] = process.argv.slice(2);
const log = openStopLog({ directory, cell: "eu", key, clock: systemClock, segmentBytesMax: 40_000 });

async function appendForever(): Promise<void> {
  for (;;) {
    const id = newId(systemClock);
    const subject = newSubjectId("eu", systemClock);
    await log.append({
      id,
      subject,
      kind: "withdrawn",
      purpose: "marketing-email",
      at: systemClock.now().toISOString(),
      body: { version: 2 },
    });
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, appendForever));
