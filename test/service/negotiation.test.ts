/** What a request's headers may and may not change, for the one who sent it and for those who come after. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { jpeg } from "./pictures.ts";

let service: Service;

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const bucket = await service.bucket("ORIGINALS");
  await bucket.put("a.jpg", await jpeg(60, 40));
});
afterAll(() => service?.dispose());

const ask = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}/a.jpg?w=30&${query}`, { headers });

/** Numbers that look random and are the same each time (a linear congruential generator, 32 bits). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const TYPES = [
  "image/avif",
  "image/webp",
  "image/png",
  "image/jpeg",
  "image/*",
  "*/*",
  "text/html",
];
const WEIGHTS = ["", "", ";q=1", ";q=0.9", ";q=0.5", ";q=0.001", ";q=0", "; q=0.0"];

/** 200 lists that a client might send. */
function acceptStrings(): string[] {
  const next = numbers(11);
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  return Array.from({ length: 200 }, () => {
    const types = [...TYPES].sort(() => next() - 0.5).slice(0, 1 + Math.floor(next() * 5));
    return types.map((type) => type + pick(WEIGHTS)).join(pick([",", ", ", " , "]));
  });
}

/** Whether the list names the type itself, with a weight above 0. Wildcards promise no new format (they are in all lists). */
function accepts(accept: string, type: string): boolean {
  return accept.split(",").some((item) => {
    const [name, weight] = item.split(";").map((part) => part.trim());
    return name === type && Number(weight?.replace(/q=/, "") ?? 1) > 0;
  });
}

describe("200 Accept headers", () => {
  it.each([1, 2, 3])("make one entry a class, whoever comes first (order %i)", async (order) => {
    const next = numbers(order);
    const shuffled = acceptStrings().sort(() => next() - 0.5);
    const seen = new Map<string, Set<string>>();
    for (const accept of shuffled) {
      const answer = await ask(`format=auto&v=order${order}`, { Accept: accept });
      await answer.arrayBuffer();
      const type = answer.headers.get("Content-Type")!;
      expect([answer.status, answer.headers.get("Vary")]).toEqual([200, "Accept"]);
      if (type !== "image/jpeg") expect([accept, accepts(accept, type)]).toEqual([accept, true]);
      seen.set(type, (seen.get(type) ?? new Set()).add(answer.headers.get("ETag")!));
    }
    expect([...seen.keys()].sort()).toEqual(["image/avif", "image/jpeg", "image/webp"]);
    expect([...seen.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
  });
});

/** Of proxies, browsers, frameworks and attackers. */
const HEADERS: Readonly<Record<string, string>> = {
  Authorization: "Bearer secret",
  Cookie: "session=1",
  Origin: "https://evil.example",
  Referer: "https://evil.example/page",
  Range: "bytes=0-9",
  "If-None-Match": '"x"',
  "If-Match": "*",
  "If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT",
  "If-Unmodified-Since": "Sat, 01 Jan 2050 00:00:00 GMT",
  "If-Range": '"x"',
  "Cache-Control": "no-cache",
  Pragma: "no-cache",
  Accept: "image/avif",
  "Accept-Encoding": "br",
  "Accept-Language": "de",
  "Accept-Charset": "utf-7",
  "User-Agent": "evil",
  DNT: "1",
  "Save-Data": "on",
  DPR: "3",
  Width: "9",
  "Viewport-Width": "9",
  "Sec-CH-DPR": "3",
  "Sec-CH-Width": "9",
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Purpose": "prefetch",
  "X-Forwarded-For": "10.0.0.1",
  "X-Forwarded-Host": "evil.example",
  "X-Forwarded-Proto": "http",
  "X-Forwarded-Port": "1",
  "X-Forwarded-Prefix": "/evil",
  "X-Forwarded-Scheme": "nothttps",
  Forwarded: "for=evil;host=evil.example",
  "X-Host": "evil.example",
  "X-Original-URL": "/b.jpg",
  "X-Rewrite-URL": "/b.jpg",
  "X-Original-Host": "evil.example",
  "X-HTTP-Method-Override": "DELETE",
  "X-Method-Override": "POST",
  "X-Real-IP": "10.0.0.1",
  "True-Client-IP": "10.0.0.1",
  "CF-Connecting-IP": "10.0.0.1",
  "Fastly-Client-IP": "10.0.0.1",
  Via: "1.1 evil",
  "Max-Forwards": "0",
  "X-Requested-With": "XMLHttpRequest",
  "X-Nextjs-Data": "1",
  "X-Middleware-Prefetch": "1",
  "X-Amz-Website-Redirect-Location": "/evil",
  "X-Timer": "1",
  "CDN-Cache-Control": "max-age=1",
  "Surrogate-Capability": "evil",
  "Cache-Tag": "evil",
  Age: "100000",
  Vary: "*",
  "Content-Type": "text/html",
  "Pictor-Order": '{"rule":{},"generation":"","patience":"quick"}',
  "Pictor-Explain": "1",
  "Pictor-Edge": "hit",
  "Pictor-Generation": "9:x",
  "Pictor-Error": "not_found",
  traceparent: "00-0-0-00",
};

/** What may differ from one answer to the next by its moment or its key. */
const OF_THE_MOMENT = ["age", "date", "etag", "server-timing", "cache-status", "cache-control"];

async function seen(query: string) {
  const answer = await ask(query);
  const headers = [...answer.headers].filter(([name]) => !OF_THE_MOMENT.includes(name));
  return { status: answer.status, headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

describe("a header of one request", () => {
  it("is one of at least 60", () => {
    expect(Object.keys(HEADERS).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(HEADERS))(
    "%s: %s changes nothing for the next one",
    async (name, value) => {
      const query = `v=${name}`;
      await (await ask(query, { [name]: value })).arrayBuffer();
      const control = await seen(`v=control-of-${name}`);
      expect(await seen(query)).toEqual(control);
      expect(control.status).toBe(200);
    },
  );
});
