/**
 * What the provider remembers between requests: sessions, grants, codes. In memory on purpose: the accounts, ids and signing keys are
 * what must outlive a restart, and those are in files; a demo sign-in need not.
 */
import type { Adapter, AdapterPayload } from "oidc-provider";

type Entry = { payload: AdapterPayload; expiresAtMs: number };
export type SignInStore = { adapterFor(kind: string): Adapter };

export function signInStore(options: { entriesMax: number; nowMs: () => number }): SignInStore {
  const entries = new Map<string, Entry>();
  const find = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key);
    if (entry && entry.expiresAtMs > options.nowMs()) return entry.payload;
    entries.delete(key);
    return undefined;
  };
  const findBy = (kind: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, entry] of entries) if (key.startsWith(`${kind}:`) && matches(entry.payload)) return find(key);
    return undefined;
  };
  /** The oldest go first, so that the memory is bounded. */
  const makeRoom = (): void => {
    for (const key of entries.keys()) {
      if (entries.size < options.entriesMax) return;
      entries.delete(key);
    }
  };
  const adapterFor = (kind: string): Adapter => ({
    upsert: async (id, payload, expiresInSeconds) => {
      entries.delete(`${kind}:${id}`);
      makeRoom();
      entries.set(`${kind}:${id}`, {
        payload,
        expiresAtMs: expiresInSeconds === undefined ? Infinity : options.nowMs() + expiresInSeconds * 1000,
      });
    },
    find: async (id) => find(`${kind}:${id}`),
    findByUid: async (uid) => findBy(kind, (payload) => payload.uid === uid),
    findByUserCode: async (code) => findBy(kind, (payload) => payload.userCode === code),
    consume: async (id) => {
      const payload = find(`${kind}:${id}`);
      if (payload) payload["consumed"] = Math.floor(options.nowMs() / 1000);
    },
    destroy: async (id) => void entries.delete(`${kind}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, entry] of entries) if (entry.payload.grantId === grantId) entries.delete(key);
    },
  });
  return { adapterFor };
}
