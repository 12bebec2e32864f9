/** Transfers: the diagonal is at home and nothing else is, pairs are cited once, and what was signed is of use. */
import { repeated, unknownName, type Fault } from "./fault.ts";
import type { Known, PolicySources } from "./sources.ts";

const matrixFile = "residency/transfers.yaml";
const signedFile = "residency/instruments.yaml";

export function checkTransfers(sources: PolicySources, known: Known): Fault[] {
  return [...checkMatrix(sources), ...checkPairs(sources), ...checkInstruments(sources, known)];
}

/** That it is total, the schema has seen to. */
function checkMatrix({ transfers }: PolicySources): Fault[] {
  return Object.entries(transfers.matrix).flatMap(([from, row]) =>
    Object.entries(row)
      .filter(([to, name]) => (from === to) !== (name === "domestic"))
      .map(([to, name]) => ({
        file: matrixFile,
        path: ["matrix", from, to],
        what: `${from} to ${to} is "${name}"`,
        todo: from === to ? 'within a zone write "domestic"' : "name what the law asks for between two zones",
      })),
  );
}

const checkPairs = ({ transfers }: PolicySources): Fault[] =>
  repeated(transfers.pairs.map(({ from, to }) => `${from} to ${to}`)).map((pair) => ({
    file: matrixFile,
    path: ["pairs", transfers.pairs.findLastIndex(({ from, to }) => `${from} to ${to}` === pair)],
    what: `${pair} is cited twice`,
    todo: "put both citations in one",
  }));

function checkInstruments({ instruments: { instruments }, transfers }: PolicySources, known: Known): Fault[] {
  return [
    ...repeated(instruments.map(({ instrument }) => instrument)).map((code): Fault => ({
      file: signedFile,
      path: ["instruments", instruments.findLastIndex(({ instrument }) => instrument === code)],
      what: `the instrument "${code}" stands twice`,
      todo: "rename or delete one",
    })),
    ...instruments.flatMap(({ from, to, clients, purposes }, index) => {
      const path = ["instruments", index];
      const { needs } = transfers.classes[transfers.matrix[from][to]];
      return [
        ...clients
          .filter((client) => !known.clients.has(client))
          .map((client) => unknownName(signedFile, [...path, "clients"], "client", client, known.clients, `add callers/${client}.yaml`)),
        ...purposes
          .filter((purpose) => !known.purposes.has(purpose))
          .map((purpose) =>
            unknownName(signedFile, [...path, "purposes"], "purpose", purpose, known.purposes, `add purposes/${purpose}.yaml`),
          ),
        ...(needs === "none" || needs === "never"
          ? [{ file: signedFile, path, what: `no instrument helps from ${from} to ${to}`, todo: "delete it, or correct the zones" }]
          : []),
      ];
    }),
  ];
}
