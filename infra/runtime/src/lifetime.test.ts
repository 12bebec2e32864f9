import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "./testing/free-port.ts";

const script = fileURLToPath(new URL("testing/example-process.ts", import.meta.url));
type Running = {
  child: ChildProcess;
  port: number;
  lines: () => Array<Record<string, unknown>>;
  line: (message: string) => Promise<Record<string, unknown>>;
  ended: Promise<unknown>;
};

function start(port: number): Running {
  const child = fork(script, [String(port)], { silent: true });
  let text = "";
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (const look of waiting) look();
  });
  const lines = () =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line): Record<string, unknown> => JSON.parse(line));
  const line = (message: string) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const look = () => {
        const found = lines().find(({ msg }) => msg === message);
        if (found) resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, port, lines, line, ended: once(child, "close").then(([code]) => code) };
}

test("RUNTIME-15: on SIGTERM what is in flight is answered, then everything is stopped and the process ends with 0", async () => {
  const { child, port, line, ended } = start(await freePort());
  expect(await line("ready")).toMatchObject({ service: "consent", cells: ["eu"], ports: [port] });
  const came = once(child, "message");
  const inFlight = fetch(`http://127.0.0.1:${port}/`);
  await came;
  child.kill("SIGTERM");
  await line("draining");
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  const stopped = once(child, "message");
  child.send("answer");
  expect(await (await inFlight).text()).toBe("done");
  expect(await stopped).toContain("stopped");
  expect(await ended).toBe(0);
});

test("the same signal twice ends the process at once; Ctrl-C followed by the starter's SIGTERM does not", async () => {
  const { child, port, line, ended } = start(await freePort());
  await line("ready");
  const came = once(child, "message");
  const inFlight = fetch(`http://127.0.0.1:${port}/`).then(
    () => "answered",
    () => "cut",
  );
  await came;
  child.kill("SIGINT");
  await line("draining");
  child.kill("SIGTERM");
  child.kill("SIGINT");
  expect(await inFlight).toBe("cut");
  expect(await ended).toBe(1);
});

test("an unhandled rejection is logged as fatal and ends the process with 1", async () => {
  const { child, line, lines, ended } = start(await freePort());
  await line("ready");
  child.send("reject");
  expect(await ended).toBe(1);
  expect(lines().at(-1)).toMatchObject({ level: "fatal", msg: "unhandled rejection" });
});

test("what forbids a start, also when it is found out only after listening, is one line without frames", async () => {
  const { child, line, lines, ended } = start(await freePort());
  await line("ready");
  child.send("refuse");
  expect(await ended).toBe(1);
  expect(lines().at(-1)).toMatchObject({ level: "fatal", msg: "consent can't start: the stop log is not mounted" });
  expect(lines().at(-1)).not.toHaveProperty("err");
});

test("a busy port is named in one line", async () => {
  const port = await freePort();
  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  const { lines, ended } = start(port);
  expect(await ended).toBe(1);
  expect(lines()).toEqual([expect.objectContaining({ level: "fatal", msg: `consent can't start: port ${port} is already in use` })]);
  squatter.close();
});
