/** A browser as far as HTTP goes: keeps cookies, follows no redirect by itself, says where its forms come from. */
export type Visitor = {
  cookies: Map<string, string>;
  get(address: string, headers?: Record<string, string>): Promise<Response>;
  post(address: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** Follows redirects up to a page. */
  follow(address: string): Promise<Response>;
};

const redirectsMax = 10;

export function visitorOf(url: string): Visitor {
  const cookies = new Map<string, string>();
  const send = async (address: string, init: { method?: string; body?: string; headers: Record<string, string> }): Promise<Response> => {
    const target = new URL(address, url);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const ours = target.origin === new URL(url).origin;
    const response = await fetch(target, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...(ours && cookie !== "" ? { cookie } : {}) },
    });
    if (ours) for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  const get = (address: string, headers: Record<string, string> = {}) => send(address, { headers: { accept: "text/html", ...headers } });
  return {
    cookies,
    get,
    post: (address, fields, headers = { origin: new URL(url).origin }) =>
      send(address, {
        method: "POST",
        body: new URLSearchParams(fields).toString(),
        headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded", ...headers },
      }),
    async follow(address) {
      let response = await get(address);
      for (let step = 0; step < redirectsMax && response.status === 303; step += 1)
        response = await get(response.headers.get("location") ?? "/");
      return response;
    },
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at);
  if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) cookies.delete(name);
  else cookies.set(name, pair.slice(at + 1));
}
