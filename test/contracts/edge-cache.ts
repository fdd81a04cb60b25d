/** What every `EdgeCache` keeps to, whoever does the work: our own code, or the platform in front of the Transformer. */
import { describe, expect, it } from "vitest";
import { ORDER, type Order, printOrder } from "../../src/cache/order.ts";
import type { EdgeCache, EdgeView, Fill, Freshness } from "../../src/ports.ts";

export interface EdgeCacheWorld {
  readonly cache: EdgeCache;
  /** Waits for the work that was deferred behind the answers. */
  settle(): Promise<void>;
  /** Where time passes only by `pass`, ms and seconds. */
  now(): number;
  pass(seconds: number): void;
  /** From now on the cache itself never answers. */
  hang(): void;
  /** Fills that something still waits for. */
  underway(): number;
  /** How many fills the last test makes; all else does not depend on it. */
  readonly many: number;
}

let serial = 0;

/** Seconds. */
const RULE: Order["rule"] = {
  edgeTtl: 60,
  staleWhileRevalidate: 30,
  staleIfError: 300,
  negativeTtl: { "404": 10, "4xx": 10, "5xx": 0 },
  origin: { obey: false, min: 0, max: 86_400 },
  tags: [],
  sign: false,
};
const LASTING = { "Cache-Control": "public, max-age=60" };
const FOUND = "public, max-age=60, stale-while-revalidate=30, stale-if-error=300";
const NOT_FOUND = "public, max-age=10, stale-while-revalidate=0, stale-if-error=0";

/** `open` makes a world; keys are fresh in every test, so that worlds may share one cache. */
export function edgeCacheContract(label: string, open: () => Promise<EdgeCacheWorld>): void {
  const freshUrl = () => `https://edge.example.com/${label.replaceAll(" ", "-")}/${serial++}?w=10`;
  const state = (response: Response) => response.headers.get("Pictor-Edge") ?? "hit";

  /** One URL in one world, asked again and again. */
  async function visit() {
    const world = await open();
    const url = freshUrl();
    const counts = { fills: 0 };

    /** What the Transformer would answer now. */
    const picture = (body: string, status = 200) =>
      new Response(body, {
        status,
        headers: {
          "Cache-Control": status === 200 ? FOUND : status === 404 ? NOT_FOUND : "no-store",
          "Content-Type": "text/plain",
          "Pictor-Filled": String(world.now()),
          "Pictor-From": "origin",
          "Pictor-Times": "{}",
          ...(status === 200 ? {} : { "Pictor-Error": "not_found" }),
        },
      });

    const judge = (headers: Headers, { rule = RULE, purgedAt = -1 }: Ask): Freshness => {
      const filled = Number(headers.get("Pictor-Filled") ?? world.now());
      if (filled <= purgedAt) return "gone";
      const isPicture = !headers.has("Pictor-Error");
      const past = Math.floor((world.now() - filled) / 1000) - (isPicture ? rule.edgeTtl : 10);
      if (past < 0) return "fresh";
      if (!isPicture || past >= rule.staleIfError) return "gone";
      return past < rule.staleWhileRevalidate ? "stale" : "expired";
    };

    /** Answers with what `body` makes, counted. */
    async function ask(body: () => Response | Promise<Response>, options: Ask = {}) {
      const fill: Fill = async () => {
        counts.fills++;
        return body();
      };
      const { rule = RULE, purged = "" } = options;
      const order: Order = { rule, purged, generation: purged, patience: "any" };
      const request = new Request(options.url ?? url, {
        headers: { [ORDER]: printOrder(order), ...options.headers },
      });
      const view: EdgeView = { judge: (headers) => judge(headers, options), keep: 1_000 };
      const answer = await world.cache.fetch(request, fill, view);
      return { answer, status: answer.status, state: state(answer), text: await answer.text() };
    }
    /** State and body of an answer, when all that it started is done. */
    async function outcome(body: () => Response | Promise<Response>, options?: Ask) {
      const asked = await ask(body, options);
      await world.settle();
      return [asked.state, asked.text];
    }
    return { ...world, counts, picture, ask, outcome, pass: world.pass, world };
  }

  /** Asks twice for one answer. */
  async function twice(init: ResponseInit, body = "picture") {
    const { ask, settle, counts } = await visit();
    const first = await ask(() => new Response(body, init));
    await settle();
    const second = await ask(() => new Response(body, init));
    await settle();
    return { first, second, fills: counts.fills };
  }

  const broken = () => {
    throw new Error("broken");
  };

  describe(`an edge cache: ${label}`, () => {
    it("fills a miss and answers the next request itself", async () => {
      const headers = { ...LASTING, "Content-Type": "image/webp", "Pictor-Stamp": "a=b" };
      const { first, second, fills } = await twice({ headers });
      expect([first.state, second.state, fills]).toEqual(["stored", "hit", 1]);
      expect([first.text, second.text]).toEqual(["picture", "picture"]);
      expect(second.status).toBe(200);
      expect(second.answer.headers.get("Content-Type")).toBe("image/webp");
      expect(second.answer.headers.get("Pictor-Stamp")).toBe("a=b");
    });

    it("gives the notes of a fill to the request that caused it, and to nobody else", async () => {
      const { ask, picture, settle, pass } = await visit();
      const first = await ask(() => picture("a"));
      await settle();
      expect(first.answer.headers.get("Pictor-From")).toBe("origin");
      for (const seconds of [0, 70]) {
        pass(seconds);
        const { headers } = (await ask(() => picture("b"))).answer;
        expect([headers.get("Pictor-From"), headers.get("Pictor-Times")]).toEqual([null, null]);
        await settle();
      }
    });

    it("says nothing of the platform's own, but on a hit, which is not copied", async () => {
      const { ask, picture, settle, pass } = await visit();
      for (const seconds of [0, 70]) {
        pass(seconds);
        const { state: how, answer } = await ask(() => picture("a"));
        const { headers } = answer;
        expect(["stored", "stale"]).toContain(how);
        expect([headers.get("Age"), headers.get("CF-Cache-Status")]).toEqual([null, null]);
        await settle();
      }
    });

    it("keeps an error for as long as the error says", async () => {
      const { outcome, ask, picture, pass, counts } = await visit();
      expect(await outcome(() => picture("none", 404))).toEqual(["stored", "none"]);
      pass(9);
      const hit = await ask(broken);
      expect([hit.status, hit.state]).toEqual([404, "hit"]);
      pass(2);
      expect(await outcome(() => picture("there"))).toEqual(["stored", "there"]);
      expect(counts.fills).toBe(2);
    });

    it.each([
      ["no-store", { headers: { "Cache-Control": "no-store" } }],
      ["no-store beside a lifetime", { headers: { "Cache-Control": "max-age=60, No-Store" } }],
      ["private", { headers: { "Cache-Control": "private, max-age=60" } }],
      ["private fields", { headers: { "Cache-Control": 'max-age=60, private="x"' } }],
      ["no-cache", { headers: { "Cache-Control": "no-cache, max-age=60" } }],
      ["a lifetime of nothing", { headers: { "Cache-Control": "public, max-age=0" } }],
      ["a shared lifetime of nothing", { headers: { "Cache-Control": "max-age=60, s-maxage=0" } }],
      ["a broken lifetime", { headers: { "Cache-Control": "max-age=-5" } }],
      ["no Cache-Control", {}],
      ["an error without Cache-Control", { status: 404 }],
      ["a server error", { status: 502, headers: LASTING }],
      ["a 503", { status: 503, headers: LASTING }],
      ["partial content", { status: 206, headers: LASTING }],
      ["a redirect", { status: 302, headers: LASTING }],
      ["Set-Cookie", { headers: { ...LASTING, "Set-Cookie": "a=b" } }],
    ] as [string, ResponseInit][])("passes on and never stores: %s", async (_name, init) => {
      const { first, second, fills } = await twice(init);
      expect([first.state, second.state, fills]).toEqual(["miss", "miss", 2]);
      expect([first.text, second.text]).toEqual(["picture", "picture"]);
      expect(first.status).toBe(init.status ?? 200);
    });

    it("tells canonical URLs apart", async () => {
      const { ask, outcome } = await visit();
      const url = freshUrl();
      for (const tail of ["", "&h=1", "&h=2"]) {
        await outcome(() => new Response(tail, { headers: LASTING }), { url: url + tail });
      }
      const hit = await ask(broken, { url: `${url}&h=1` });
      expect([hit.state, hit.text]).toEqual(["hit", "&h=1"]);
    });

    it("answers a full 200 whatever conditions and ranges the request has", async () => {
      const { ask, outcome } = await visit();
      const headers = { ...LASTING, ETag: '"a"', "Content-Length": "7" };
      await outcome(() => new Response("picture", { headers }));
      const conditions: Record<string, string>[] = [
        { "If-None-Match": '"a"' },
        { Range: "bytes=0-1" },
        { Authorization: "Bearer x" },
        { Cookie: "a=b" },
      ];
      for (const condition of conditions) {
        const hit = await ask(broken, { headers: condition });
        expect([hit.state, hit.status, hit.text]).toEqual(["hit", 200, "picture"]);
      }
    });

    it("stores a large answer of unknown length too", async () => {
      const body = "x".repeat(6_000_000);
      const { first, second, fills } = await twice({ headers: LASTING }, body);
      expect([second.state, fills]).toEqual(["hit", 1]);
      expect([first.text, second.text].every((text) => text === body)).toBe(true);
    });

    it("does not store an answer whose body breaks", async () => {
      const { ask, outcome, settle } = await visit();
      const torn = ask(() => new Response(breaking(), { headers: LASTING }));
      await expect(torn).rejects.toThrow();
      await settle();
      const whole = () => new Response("whole", { headers: LASTING });
      expect(await outcome(whole)).toEqual(["stored", "whole"]);
    });

    it("lets a fill's error through, and fills again next time", async () => {
      const { ask, outcome, settle } = await visit();
      await expect(ask(broken)).rejects.toThrow("broken");
      await settle();
      expect(await outcome(() => new Response("yes"))).toEqual(["miss", "yes"]);
    });

    it("passes other methods to the fill", async () => {
      const { world, counts } = await visit();
      const url = freshUrl();
      for (const method of ["HEAD", "POST"]) {
        const order = printOrder({ rule: RULE, purged: "", generation: "", patience: "any" });
        const request = new Request(url, { method, headers: { [ORDER]: order } });
        const fill = async () => {
          counts.fills++;
          return new Response(null, { headers: LASTING });
        };
        const answer = await world.cache.fetch(request, fill, { judge: () => "fresh", keep: 1 });
        expect(state(answer)).toBe("miss");
      }
      expect(counts.fills).toBe(2);
    });
  });

  describe(`what is old: ${label}`, () => {
    it("is given while a new one is made", async () => {
      const { outcome, picture, pass, counts } = await visit();
      await outcome(() => picture("old"));
      pass(70);
      expect(await outcome(() => picture("new"))).toEqual(["stale", "old"]);
      expect(await outcome(broken)).toEqual(["hit", "new"]);
      expect(counts.fills).toBe(2);
    });

    it.each([
      ["fails", 503],
      ["breaks", undefined],
    ])("is given on when making a new one %s", async (_how, status) => {
      const { outcome, picture, pass } = await visit();
      await outcome(() => picture("old"));
      pass(70);
      for (const _ of [1, 2]) {
        const failing = () => (status === undefined ? broken() : picture("no", status));
        expect(await outcome(failing)).toEqual(["stale", "old"]);
      }
      pass(10);
      expect((await outcome(() => picture("new")))[0]).toBe("stale");
      expect(await outcome(broken)).toEqual(["hit", "new"]);
    });

    it("is made anew first when it may only be given on failure", async () => {
      const { outcome, picture, pass } = await visit();
      await outcome(() => picture("old"));
      pass(100);
      expect(await outcome(() => picture("new"))).toEqual(["stored", "new"]);
      expect(await outcome(broken)).toEqual(["hit", "new"]);
    });

    it.each([
      ["fails", 502],
      ["breaks", undefined],
    ])("is given when it may be given on failure, and the fill %s", async (_how, status) => {
      const { outcome, picture, pass } = await visit();
      await outcome(() => picture("old"));
      pass(100);
      const failing = () => (status === undefined ? broken() : picture("no", status));
      expect(await outcome(failing)).toEqual(["stale", "old"]);
      pass(10);
      expect(await outcome(() => picture("new"))).toEqual(["stored", "new"]);
    });

    it("gives way to an error that is not a failure", async () => {
      const { outcome, picture, pass } = await visit();
      await outcome(() => picture("old"));
      pass(100);
      expect(await outcome(() => picture("none", 404))).toEqual(["stored", "none"]);
    });

    it("is never given when all its time is over", async () => {
      const { ask, picture, pass, settle } = await visit();
      await ask(() => picture("old"));
      await settle();
      pass(400);
      const failed = await ask(() => picture("no", 503));
      expect([failed.status, failed.text]).toEqual([503, "no"]);
      await settle();
      await expect(ask(broken)).rejects.toThrow("broken");
    });

    it("is never given when the reader says that it is gone", async () => {
      const { ask, outcome, picture, pass, settle, world } = await visit();
      await outcome(() => picture("old"));
      const purgedAt = world.now();
      pass(1);
      const failed = await ask(() => picture("no", 503), { purgedAt });
      expect([failed.status, failed.text]).toEqual([503, "no"]);
      await settle();
      expect((await outcome(() => picture("new"), { purgedAt }))[1]).toBe("new");
      expect(await outcome(broken, { purgedAt })).toEqual(["hit", "new"]);
    });

    it("is never given when the order says what was purged", async () => {
      const { outcome, picture, pass, world } = await visit();
      await outcome(() => picture("old"));
      const purge = { purgedAt: world.now(), purged: "1700000000000:a" };
      pass(1);
      expect(await outcome(() => picture("new"), purge)).toEqual(["stored", "new"]);
      expect(await outcome(broken, purge)).toEqual(["hit", "new"]);
    });

    it("comes under a shorter lifetime at once", async () => {
      const { outcome, picture, pass } = await visit();
      await outcome(() => picture("old"));
      pass(10);
      expect((await outcome(() => picture("new")))[0]).toBe("hit");
      const rule = { ...RULE, edgeTtl: 5, staleWhileRevalidate: 0, staleIfError: 0 };
      expect((await outcome(() => picture("new"), { rule }))[1]).toBe("new");
    });
  });

  describe(`many at once: ${label}`, () => {
    const crowd = <T>(size: number, one: () => Promise<T>) =>
      Promise.all(Array.from({ length: size }, one));
    const slowly = <T>(value: () => T) =>
      new Promise((resolve) => setTimeout(resolve, 20)).then(value);

    it("share one fill", async () => {
      const { ask, picture, settle, counts, underway } = await visit();
      const answers = await crowd(50, () => ask(() => slowly(() => picture("one"))));
      await settle();
      expect(counts.fills).toBe(1);
      expect(new Set(answers.map(({ text, status }) => text + status))).toEqual(
        new Set(["one200"]),
      );
      const states = answers.map((answer) => answer.state);
      expect(states.filter((one) => one === "stored")).toHaveLength(1);
      expect(new Set(states.filter((one) => one !== "stored"))).toEqual(
        new Set([states.includes("collapsed") ? "collapsed" : "hit"]),
      );
      expect(underway()).toBe(0);
    });

    it("share an error that may be kept", async () => {
      const { ask, picture, counts } = await visit();
      const answers = await crowd(20, () => ask(() => slowly(() => picture("none", 404))));
      expect(new Set(answers.map(({ status, text }) => text + status))).toEqual(
        new Set(["none404"]),
      );
      expect(counts.fills).toBe(1);
    });

    it.each([
      ["fails", 503],
      ["breaks", undefined],
    ])("recover when the first fill %s", async (_how, status) => {
      const { ask, picture, settle, underway } = await visit();
      let first = true;
      const failing = () => {
        if (!first) return slowly(() => picture("one"));
        first = false;
        return slowly(() => (status === undefined ? broken() : picture("no", status)));
      };
      const answers = await crowd(20, () => ask(failing).catch(() => ({ text: "no" })));
      expect(answers.filter(({ text }) => text === "one").length).toBeGreaterThanOrEqual(19);
      await settle();
      expect(underway()).toBe(0);
    });

    it("do not share what is one client's alone", async () => {
      const { ask, settle } = await visit();
      let served = 0;
      const own = () =>
        slowly(() => new Response(`${served++}`, { headers: { "Cache-Control": "no-store" } }));
      const answers = await crowd(5, () => ask(own));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(5);
      await settle();
    });

    it("get their answer when the first of them leaves", async () => {
      const { world, ask, picture, counts, settle } = await visit();
      const url = freshUrl();
      const order = printOrder({ rule: RULE, purged: "", generation: "", patience: "any" });
      const fill = () => {
        counts.fills++;
        return slowly(() => picture("one"));
      };
      const request = new Request(url, { headers: { [ORDER]: order } });
      const leaving = world.cache.fetch(request, fill, { judge: () => "fresh", keep: 1_000 });
      const staying = ask(() => slowly(() => picture("one")), { url });
      await (await leaving).body?.cancel();
      expect((await staying).text).toBe("one");
      await settle();
      expect((await ask(broken, { url })).text).toBe("one");
      expect(counts.fills).toBe(1);
    });

    it("share one refill of what is stale", async () => {
      const { ask, outcome, picture, pass, settle, counts } = await visit();
      await outcome(() => picture("old"));
      pass(70);
      const answers = await crowd(20, () => ask(() => slowly(() => picture("new"))));
      expect(new Set(answers.map(({ state, text }) => `${state} ${text}`))).toEqual(
        new Set(["stale old"]),
      );
      await settle();
      expect(counts.fills).toBe(2);
    });
  });

  describe(`faults: ${label}`, () => {
    it("fills when the cache hangs", async () => {
      const { ask, picture, world, settle } = await visit();
      world.hang();
      for (const body of ["one", "two"]) {
        expect((await ask(() => picture(body))).text).toBe(body);
        await settle();
      }
    });

    it("keeps nothing of fills that are over, however they ended", async () => {
      const { ask, picture, world, settle, underway } = await visit();
      const ends = [
        () => picture("one"),
        () => picture("none", 404),
        () => picture("no", 503),
        () => new Response("own", { headers: { "Cache-Control": "no-store" } }),
        broken,
      ];
      const lane = async (_: unknown, of: number) => {
        for (let i = of; i < world.many; i += 20) {
          await ask(ends[i % ends.length]!, { url: freshUrl() }).catch(() => undefined);
        }
      };
      await Promise.all(Array.from({ length: 20 }, lane));
      await settle();
      expect(underway()).toBe(0);
    });
  });
}

interface Ask {
  readonly url?: string;
  readonly rule?: Order["rule"];
  /** The newest purge record that concerns the picture, as the order has it. */
  readonly purged?: string;
  /** What was filled by then is gone, for the reader; ms. */
  readonly purgedAt?: number;
  readonly headers?: Record<string, string>;
}

function breaking(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error("broke off"));
      else controller.enqueue(new TextEncoder().encode("pic"));
      sent = true;
    },
  });
}
