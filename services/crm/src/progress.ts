/** How far a long job is: a bar on a terminal, a plain line for every tenth elsewhere. */
import { Presets, SingleBar } from "cli-progress";

export type Progress = { advance: (by: number) => void; done: () => void };
export type ProgressOf = (title: string, total: number) => Progress;

/** `stream`: where a person or a log reads along. */
export function progressOn(stream: NodeJS.WritableStream & { isTTY?: boolean }): ProgressOf {
  return stream.isTTY ? (title, total) => bar(stream, title, total) : (title, total) => plainLines(stream, title, total);
}

function bar(stream: NodeJS.WritableStream, title: string, total: number): Progress {
  const drawn = new SingleBar(
    { stream, format: "{title} {bar} {percentage}% {duration_formatted}", hideCursor: true, fps: 5 },
    Presets.shades_classic,
  );
  drawn.start(total, 0, { title: title.padEnd(18) });
  return { advance: (by) => drawn.increment(by), done: () => (drawn.update(total), drawn.stop()) };
}

function plainLines(stream: NodeJS.WritableStream, title: string, total: number): Progress {
  let reached = 0;
  let told = 0;
  const tell = (tenth: number): void => {
    if (tenth <= told) return;
    told = tenth;
    stream.write(`${title}: ${tenth * 10} %\n`);
  };
  return {
    advance: (by) => {
      reached += by;
      tell(Math.min(10, Math.floor((reached * 10) / Math.max(1, total))));
    },
    done: () => tell(10),
  };
}
