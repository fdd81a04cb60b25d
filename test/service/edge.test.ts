/** Both adapters of the edge cache in the real runtime, with clients on real connections. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, startService } from "../../src/cli/local/service.ts";

const MAIN = fileURLToPath(new URL("./edge-worker.ts", import.meta.url));
const STAND_IN = fileURLToPath(new URL("../stand-ins/workers-cache.ts", import.meta.url));

let service: Service;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pictor-edge-"));
  const config = join(scratch, "wrangler.toml");
  await writeFile(config, await configuration());
  service = await startService({ config });
});
afterAll(async () => {
  await service?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

/** Bundles are kept by what the configuration says, so it says which sources it is for. */
async function configuration(): Promise<string> {
  const sources = await Promise.all([MAIN, STAND_IN].map((file) => readFile(file)));
  const hash = createHash("sha256").update(Buffer.concat(sources)).digest("hex");
  return `
    # ${hash}
    name = "edge"
    main = ${JSON.stringify(MAIN)}
    compatibility_date = "2026-04-21"
    durable_objects.bindings = [{ name = "REGION", class_name = "Region" }]
    migrations = [{ tag = "v1", new_sqlite_classes = ["Region"] }]
  `;
}

let serial = 0;
const freshPath = () => `/${serial++}.jpg`;

async function get(path: string, headers: Record<string, string>) {
  const answer = await fetch(service.url + path, { headers });
  return {
    status: answer.status,
    state: answer.headers.get("Pictor-Edge") ?? "hit",
    text: await answer.text(),
  };
}

interface Counts {
  /** Requests that came, not counting those about the worker itself. */
  readonly asked: number;
  readonly fills: number;
  readonly underway: number;
}
const counts = async () => (await (await fetch(`${service.url}/counts`)).json()) as Counts;

/** Until the counts are these. The deadline only ends what would never be. */
const untilCounts = (wanted: Partial<Counts>) =>
  expect.poll(counts, { timeout: 30_000, interval: 20 }).toMatchObject(wanted);

/** A fill of a held path waits for its release. */
const hold = (path: string) => fetch(`${service.url}/hold${path}`).then((done) => done.text());
const release = (path: string) =>
  fetch(`${service.url}/release${path}`).then((done) => done.text());

/** Fills that `work` caused. */
async function fillsOf(work: () => Promise<unknown>): Promise<number> {
  const { fills } = await counts();
  await work();
  return (await counts()).fills - fills;
}

const crowd = <T>(size: number, one: () => Promise<T>) =>
  Promise.all(Array.from({ length: size }, one));

describe.each(["cache-api", "workers-cache"])("the edge cache %s in the runtime", (adapter) => {
  const headers = { "X-Adapter": adapter };

  it("makes one fill for 200 clients at once", async () => {
    const path = freshPath();
    const fills = await fillsOf(async () => {
      await hold(path);
      const { asked } = await counts();
      const all = crowd(200, () => get(path, headers));
      await untilCounts({ asked: asked + 200 });
      await release(path);
      const answers = await all;
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
        new Set([`200 a ${path}?w=10`]),
      );
      expect(answers.filter(({ state }) => state === "stored")).toHaveLength(1);
    });
    expect(fills).toBe(1);
    await untilCounts({ underway: 0 });
    expect((await get(path, headers)).state).toBe("hit");
    expect((await counts()).underway).toBe(0);
  });

  it("goes on with a fill when the client that caused it hangs up", async () => {
    const path = freshPath();
    const fills = await fillsOf(async () => {
      await hangUp(path, headers);
      const { asked } = await counts();
      const next = get(path, headers);
      await untilCounts({ asked: asked + 1 });
      await release(path);
      const { text } = await next;
      expect(text).toBe(`a ${path}?w=10`);
    });
    expect(fills).toBe(1);
  });

  it("keeps what was filled for a client that hung up", async () => {
    const path = freshPath();
    const fills = await fillsOf(async () => {
      await hangUp(path, headers);
      await release(path);
      await untilCounts({ underway: 0 });
      expect((await get(path, headers)).state).toBe("hit");
    });
    expect(fills).toBe(1);
  });
});

describe("Workers Cache, by its stand-in", () => {
  const headers = { "X-Adapter": "workers-cache" };

  it("makes one fill in each place, and one place's loss is its own", async () => {
    const path = freshPath();
    const one = { ...headers, "X-Region": "one" };
    const two = { ...headers, "X-Region": "two" };
    const fills = await fillsOf(() =>
      Promise.all([one, two].map((region) => crowd(20, () => get(path, region)))),
    );
    expect(fills).toBe(2);
    await get("/wipe", one);
    expect((await get(path, two)).state).toBe("hit");
    expect((await get(path, one)).state).toBe("stored");
  });

  it("tells tenants apart by the props of the call, and no hosts", async () => {
    const path = freshPath();
    const a = await get(path, { ...headers, "X-Tenant": "a", "X-Host": "a.example.com" });
    const b = await get(path, { ...headers, "X-Tenant": "b", "X-Host": "a.example.com" });
    expect([a.text[0], b.text[0], b.state]).toEqual(["a", "b", "stored"]);
    const other = await get(path, { ...headers, "X-Tenant": "a", "X-Host": "b.example.com" });
    expect([other.text[0], other.state]).toEqual(["a", "hit"]);
  });
});

/** Asks, and closes the connection while the fill is held. It is held still. */
async function hangUp(path: string, headers: Record<string, string>): Promise<void> {
  await hold(path);
  const { fills } = await counts();
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`GET ${path} HTTP/1.1`, `Host: ${hostname}`, ...lines, "", ""].join("\r\n"));
  let answered = false;
  socket.on("data", () => {
    answered = true;
  });
  await untilCounts({ fills: fills + 1 });
  expect(answered).toBe(false);
  socket.destroy();
  // Nothing tells when the runtime has noticed. Should it take longer, this tries less, and fails no more for it.
  await new Promise((resolve) => setTimeout(resolve, 200));
}
