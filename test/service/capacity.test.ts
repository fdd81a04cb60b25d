import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { jpeg, noisePng, plainPng, png } from "./pictures.ts";

interface Explained {
  readonly work: {
    readonly source: { readonly bytes: number };
    readonly memory: { readonly peak: number; readonly limit: number };
  };
}

let service: Service;

beforeAll(async () => {
  service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const originals = await service.bucket("ORIGINALS");
  // Few of them fit into the isolate's budget at once; and all together stay well below the 15 s after which the
  // runtime's own HTTP server gives up a connection that it had no time to read.
  await originals.put("large.jpg", await jpeg(1800, 1200));
  await originals.put("small.jpg", await jpeg(60, 40));
  await originals.put("phone.jpg", await jpeg(4032, 3024));
  await originals.put("noise.png", await noisePng(1500, 1300));
  await originals.put("phone.png", await png(4032, 3024));
  await originals.put("huge.png", await plainPng(12_000, 9000));
});
afterAll(() => service?.dispose());

const get = (path: string, init?: RequestInit) => fetch(service.url + path, init);

/** Until it is answered, as a client does that heeds `Retry-After`. A permit that was lost never comes back. */
const untilAnswered = (path: string) =>
  expect.poll(async () => (await get(path)).status, { timeout: 45_000, interval: 500 }).toBe(200);

it("answers more jobs than fit at once, or says when to come again, and loses no permit", async () => {
  const paths = Array.from({ length: 24 }, (_, v) => `/large.jpg?w=64&v=${v}`);
  const answers = await Promise.all(paths.map((path) => get(path)));
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  for (const answer of answers) {
    if (answer.status === 200) expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
    else {
      expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect(await answer.json()).toMatchObject({ code: "over_capacity" });
    }
  }
  expect(statuses).toContain(200);
  // What was refused is done at the next try: nothing of the crowd is left behind.
  for (const path of paths.slice(-3)) await untilAnswered(path);
});

it("jobs that do not fit beside each other wait for their turn", async () => {
  // Each takes more than half of the budget, and is longer than what is read ahead: the next begins before it is done.
  // All the same they are short, so that the last one's turn comes long before the queue gives up after 8 s.
  const paths = [0, 1, 2].map(
    (i) => `/noise.png?w=1900&h=${1900 + i}&fit=squeeze&rotate=90&format=jpeg`,
  );
  for (const path of paths) {
    const { work } = (await (await get(`${path}&explain=1`)).json()) as Explained;
    expect(work.memory.peak).toBeGreaterThan(work.memory.limit / 2);
    expect(work.source.bytes).toBeGreaterThan(4 * 2 ** 20);
  }
  const statuses = await Promise.all(paths.map(async (path) => (await get(path)).status));
  expect(statuses).toEqual(paths.map(() => 200));
});

it("clients that leave take no permit with them", async () => {
  const leaving = Array.from({ length: 12 }, async (_, v) => {
    const abort = new AbortController();
    const answer = get(`/large.jpg?w=65&v=${v}`, { signal: abort.signal }).catch(() => undefined);
    setTimeout(() => abort.abort(), 20 + v * 10);
    await answer;
  });
  await Promise.all(leaving);
  // Their fills go on without them for a while.
  for (const v of [100, 101, 102]) await untilAnswered(`/large.jpg?w=66&v=${v}`);
});

it("answers a 12 MP phone photo in every format", async () => {
  for (const format of ["jpeg", "webp", "avif", "png"]) {
    const answer = await get(`/phone.jpg?w=800&format=${format}`);
    const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
    expect([answer.status, width, height]).toEqual([200, 800, 600]);
  }
});

it("answers a PNG of 12 MP", async () => {
  const answer = await get("/phone.png?w=800&format=webp");
  const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
  expect([answer.status, width, height]).toEqual([200, 800, 600]);
});

it("refuses from its header what does not fit, and says what would", async () => {
  const answer = await get("/huge.png?w=800");
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({
    code: "picture_too_large",
    received: "12000 × 9000 (108.0 megapixels)",
    expected: "a source of at most about 100.0 megapixels",
  });
  const sizes = await get("/huge.png?w=800&format=json");
  expect(await sizes.json()).toMatchObject({
    width: 800,
    original: { width: 12_000, height: 9000 },
  });
});

it("a slow reader holds up nobody", async () => {
  const slow = await get("/large.jpg?w=1500&format=png");
  const reader = slow.body!.getReader();
  await reader.read();
  expect((await get("/small.jpg?w=10&v=beside")).status).toBe(200);
  await reader.cancel();
});
