import { describe, expect, it } from "vitest";
import { createSafeFetch, type SafeFetchOptions } from "../../src/origins/safe-fetch.ts";
import { assertAllowed, parseAllowedHosts } from "../../src/policy/sources.ts";
import { codeOf, errorOf, read } from "../contracts/origin.ts";

const rules = { list: parseAllowedHosts("*"), selfHosts: ["self.com"] };

function open(
  fetch: (url: string, init: RequestInit) => Response | Promise<Response>,
  more: Partial<SafeFetchOptions> = {},
) {
  return createSafeFetch({
    fetch: async (url, init) => fetch(url, init),
    allow: (url) => assertAllowed(url, rules),
    maxBytes: 1000,
    headersTimeoutMs: 60,
    totalTimeoutMs: 150,
    ...more,
  });
}

const start = new URL("https://a.com/x.jpg");
const redirect = (location: string, status = 302) =>
  new Response(null, { status, headers: { location } });

/** A body that tells whether it was let go. */
function watched(chunks: readonly Uint8Array[], end: "close" | "hang" | "error" | "repeat") {
  const seen = { cancelled: false, pulled: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const i = seen.pulled++;
        const chunk = end === "repeat" ? chunks[0] : chunks[i];
        if (chunk !== undefined) controller.enqueue(chunk);
        else if (end === "close") controller.close();
        else if (end === "error") controller.error(new TypeError("terminated"));
        else return new Promise(() => {});
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

const bytes = (length: number) => new Uint8Array(length).fill(7);

describe("what the origin hears", () => {
  it("is a fixed set of headers, with our name in CDN-Loop, and no automatic redirects", async () => {
    const inits: RequestInit[] = [];
    const safeFetch = open((_url, init) => {
      inits.push(init);
      return new Response("x");
    });
    await safeFetch(start);
    await safeFetch(start, { method: "HEAD" });
    const sent = { accept: "image/*,*/*;q=0.1", "accept-encoding": "identity" };
    for (const init of inits) {
      expect(init.headers).toEqual({ ...sent, "user-agent": "Pictor", "cdn-loop": "pictor" });
      expect(init.redirect).toBe("manual");
      expect(init.body).toBeUndefined();
    }
    expect(inits.map((init) => init.method)).toEqual(["GET", "HEAD"]);
  });

  it("has conditions when they are asked for, and only then takes a 304", async () => {
    const seen: unknown[] = [];
    const safeFetch = open((_url, init) => {
      seen.push(init.headers);
      return new Response(null, { status: 304 });
    });
    const answer = await safeFetch(start, { unless: { etag: '"a"', lastModified: 0 } });
    expect([answer.status, (await read(answer.body)).byteLength]).toEqual([304, 0]);
    await safeFetch(start, { unless: { lastModified: 0 } });
    expect(seen[0]).toMatchObject({ "if-none-match": '"a"' });
    expect(seen[0]).not.toHaveProperty("if-modified-since");
    expect(seen[1]).toMatchObject({ "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT" });
    expect(await codeOf(safeFetch(start))).toBe("origin_failed");
  });

  it("is GET when it does not know HEAD", async () => {
    const { body, seen } = watched([bytes(10)], "hang");
    const safeFetch = open((_url, init) => {
      if (init.method === "HEAD") return new Response(null, { status: 405 });
      return new Response(body, { headers: { "content-length": "10" } });
    });
    expect((await safeFetch(start, { method: "HEAD" })).size).toBe(10);
    expect(seen.cancelled).toBe(true);
  });

  it.each([403, 405, 501])(
    "is a conditional GET where HEAD is answered with %i",
    async (status) => {
      const heard: [string | undefined, Record<string, string>][] = [];
      const refused = watched([bytes(10)], "hang");
      const safeFetch = open((_url, init) => {
        heard.push([init.method, init.headers as Record<string, string>]);
        if (init.method === "HEAD") return new Response(refused.body, { status });
        return new Response(null, { status: 304, headers: { etag: '"a"' } });
      });
      const answer = await safeFetch(start, { method: "HEAD", unless: { etag: '"a"' } });
      expect([answer.status, (await read(answer.body)).byteLength]).toEqual([304, 0]);
      expect(heard.map(([method]) => method)).toEqual(["HEAD", "GET"]);
      for (const [, headers] of heard) expect(headers["if-none-match"]).toBe('"a"');
      expect(refused.seen.cancelled).toBe(true);
    },
  );

  it("has a date as its condition in a GET alone: a HEAD shows the date, whichever it is", async () => {
    const heard: Record<string, string>[] = [];
    const safeFetch = open((_url, init) => {
      heard.push(init.headers as Record<string, string>);
      return init.method === "HEAD"
        ? new Response(null, { status: 501 })
        : new Response(null, { status: 304 });
    });
    await safeFetch(start, { method: "HEAD", unless: { lastModified: 0 } });
    expect(heard[0]).not.toHaveProperty("if-modified-since");
    expect(heard[1]).toMatchObject({ "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT" });
  });

  it("says what the GET says where that is refused as well", async () => {
    expect(
      await codeOf(open(() => new Response("", { status: 403 }))(start, { method: "HEAD" })),
    ).toBe("origin_failed");
    const gone = (_url: string, { method }: RequestInit) =>
      new Response(null, { status: method === "HEAD" ? 405 : 404 });
    expect(await codeOf(open(gone)(start, { method: "HEAD" }))).toBe("not_found");
  });

  it("follows redirects of the GET, and asks the next hop with HEAD first", async () => {
    const heard: string[] = [];
    const safeFetch = open((url, { method }) => {
      heard.push(`${method} ${url}`);
      if (url === "https://b.com/y") return new Response(null, { headers: { etag: '"b"' } });
      return method === "HEAD" ? new Response(null, { status: 405 }) : redirect("https://b.com/y");
    });
    const { headers } = await safeFetch(start, { method: "HEAD" });
    expect(headers.get("etag")).toBe('"b"');
    expect(heard).toEqual([
      "HEAD https://a.com/x.jpg",
      "GET https://a.com/x.jpg",
      "HEAD https://b.com/y",
    ]);
  });
});

describe("redirects", () => {
  it("are followed three times, relative ones too, and their bodies let go", async () => {
    const bodies = [1, 2, 3].map(() => watched([bytes(10)], "hang"));
    const asked: string[] = [];
    const safeFetch = open((url) => {
      const hop = asked.push(url);
      if (hop === 4) return new Response("picture");
      const locations = ["/y", "https://b.com/z?q#frag", "//c.com/w"];
      return new Response(bodies[hop - 1]!.body, {
        status: [301, 307, 308][hop - 1]!,
        headers: { location: locations[hop - 1]! },
      });
    });
    expect((await read((await safeFetch(start)).body)).byteLength).toBe(7);
    expect(asked).toEqual([
      "https://a.com/x.jpg",
      "https://a.com/y",
      "https://b.com/z?q",
      "https://c.com/w",
    ]);
    expect(bodies.every(({ seen }) => seen.cancelled)).toBe(true);
  });

  it("end after three hops, in a circle or not", async () => {
    let asked = 0;
    const safeFetch = open(() => redirect(`/x${asked++}`));
    expect(await codeOf(safeFetch(start))).toBe("origin_failed");
    expect(asked).toBe(4);
  });

  it.each([
    ["http://169.254.169.254/latest/meta-data/", "origin_not_allowed"],
    ["https://169.254.169.254/", "origin_not_allowed"],
    ["//127.1/", "origin_not_allowed"],
    ["https://[::ffff:a00:1]/", "origin_not_allowed"],
    ["https://localhost./", "origin_not_allowed"],
    ["https://metadata.google.internal/", "origin_not_allowed"],
    ["https://user:pass@b.com/", "origin_not_allowed"],
    ["http://a.com/x.jpg", "origin_not_allowed"],
    ["https://a.com:8443/x.jpg", "origin_not_allowed"],
    ["file:///etc/passwd", "origin_not_allowed"],
    ["data:image/png;base64,AAAA", "origin_not_allowed"],
    ["javascript:alert(1)", "origin_not_allowed"],
    ["https://self.com/", "loop"],
    ["https://SELF.com./x", "loop"],
    ["https://[", "origin_failed"],
    ["", "origin_failed"],
  ])("to %s are refused before they are asked, without naming it", async (location, code) => {
    let asked = 0;
    const safeFetch = open(() => {
      asked++;
      return redirect(location);
    });
    const error = await errorOf(safeFetch(start));
    expect([error.code, asked]).toEqual([code, 1]);
    expect(JSON.stringify(error.info)).not.toMatch(/169|metadata\.|localhost|8443|passwd|b\.com/);
  });

  it("may go from http up to https", async () => {
    const safeFetch = open((url) => {
      return url.startsWith("http:") ? redirect("https://a.com/x") : new Response("x");
    });
    expect((await safeFetch(new URL("http://a.com/x"))).status).toBe(200);
  });
});

describe("statuses", () => {
  it.each([
    [404, "not_found"],
    [410, "not_found"],
    [401, "origin_failed"],
    [403, "origin_failed"],
    [400, "origin_failed"],
    [418, "origin_failed"],
    [429, "origin_failed"],
    [500, "origin_failed"],
    [503, "origin_failed"],
    [300, "origin_failed"],
    [304, "origin_failed"],
    [204, "origin_failed"],
    [206, "origin_failed"],
  ])("%i is %s, and its body is let go", async (status, code) => {
    const { body, seen } = watched([bytes(10)], "hang");
    const empty = status === 204 || status === 304;
    const safeFetch = open(() => new Response(empty ? null : body, { status }));
    expect(await codeOf(safeFetch(start))).toBe(code);
    expect(seen.cancelled).toBe(!empty);
  });

  it("say when to come back, within an hour", async () => {
    const now = Date.UTC(2026, 0, 1);
    const waitAfter = async (text: string) => {
      const answer = () => new Response("", { status: 429, headers: { "retry-after": text } });
      return (await errorOf(open(answer, { now: () => now })(start))).info.retryAfter;
    };
    expect(await waitAfter("30")).toBe(30);
    expect(await waitAfter("99999999")).toBe(3600);
    expect(await waitAfter("0")).toBe(1);
    expect(await waitAfter("Thu, 01 Jan 2026 00:02:00 GMT")).toBe(120);
    expect(await waitAfter("soon")).toBeUndefined();
  });

  it("tell nothing of what a refused request is about", async () => {
    const answers = [401, 403].map((status) => () => new Response("secret", { status }));
    const errors = await Promise.all(answers.map((answer) => errorOf(open(answer)(start))));
    expect(errors.map((error) => error.message)).toEqual(
      Array(2).fill("The origin refused the request."),
    );
  });
});

describe("bytes", () => {
  it("over the limit are refused by their declared length, before reading", async () => {
    const { body, seen } = watched([bytes(10)], "hang");
    const headers = { "content-length": "1001" };
    const error = await errorOf(open(() => new Response(body, { headers }))(start));
    expect([error.code, error.info.received]).toEqual(["source_too_large", "1001 bytes"]);
    expect(seen).toEqual({ cancelled: true, pulled: 0 });
  });

  it("over the limit break the body off, however long it goes on", async () => {
    const { body, seen } = watched([bytes(300)], "repeat");
    const answer = await open(() => new Response(body))(start);
    expect(await codeOf(read(answer.body))).toBe("source_too_large");
    expect(seen.cancelled).toBe(true);
    expect(seen.pulled).toBeLessThanOrEqual(5);
  });

  it("are not handed on beyond the limit, not even in the chunk that crosses it", async () => {
    const { body } = watched([bytes(900), bytes(200)], "close");
    const reader = (await open(() => new Response(body))(start)).body.getReader();
    expect((await reader.read()).value?.byteLength).toBe(900);
    expect(await codeOf(reader.read())).toBe("source_too_large");
  });

  it.each([
    ["fewer", [bytes(5)], "10"],
    ["more", [bytes(15)], "10"],
    ["none", [], "10"],
  ])("that are %s than declared are origin_failed", async (_how, chunks, length) => {
    const { body } = watched(chunks, "close");
    const headers = { "content-length": length };
    const answer = await open(() => new Response(body, { headers }))(start);
    expect(await codeOf(read(answer.body))).toBe("origin_failed");
  });

  it("may differ from Content-Length when they were compressed", async () => {
    const headers = { "content-length": "10", "content-encoding": "gzip" };
    const answer = await open(() => new Response(bytes(500), { headers }))(start);
    expect(answer.size).toBeUndefined();
    expect((await read(answer.body)).byteLength).toBe(500);
  });

  it("that do not come at all, though declared, are origin_failed", async () => {
    const headers = { "content-length": "10" };
    expect(await codeOf(open(() => new Response(null, { headers }))(start))).toBe("origin_failed");
  });

  it("that break off are origin_failed", async () => {
    const { body } = watched([bytes(5)], "error");
    const answer = await open(() => new Response(body))(start);
    expect(await codeOf(read(answer.body))).toBe("origin_failed");
  });

  it("are let go when the reader leaves", async () => {
    const { body, seen } = watched([bytes(5)], "repeat");
    const reader = (await open(() => new Response(body))(start)).body.getReader();
    await reader.read();
    await reader.cancel();
    expect(seen.cancelled).toBe(true);
  });
});

describe("time", () => {
  it("runs out when headers do not come, and the request is aborted", async () => {
    let signal: AbortSignal | null | undefined;
    const safeFetch = open((_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    });
    expect(await codeOf(safeFetch(start))).toBe("origin_timeout");
    expect(signal?.aborted).toBe(true);
  });

  it("lets go of an answer that comes too late", async () => {
    const { body, seen } = watched([bytes(5)], "hang");
    const late = new Promise<Response>((resolve) => {
      setTimeout(() => resolve(new Response(body)), 90);
    });
    expect(await codeOf(open(() => late)(start))).toBe("origin_timeout");
    await late;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.cancelled).toBe(true);
  });

  it("is counted over all redirects together", async () => {
    const slow = () =>
      new Promise<Response>((resolve) => setTimeout(() => resolve(redirect("/y")), 25));
    expect(await codeOf(open(slow)(start))).toBe("origin_timeout");
  });

  it("runs out when a body stops", async () => {
    const { body, seen } = watched([bytes(5)], "hang");
    const answer = await open(() => new Response(body))(start);
    expect(await codeOf(read(answer.body))).toBe("origin_timeout");
    expect(seen.cancelled).toBe(true);
  });

  it("runs out when a body trickles", async () => {
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.enqueue(bytes(1));
      },
    });
    const answer = await open(() => new Response(body))(start);
    expect(await codeOf(read(answer.body))).toBe("origin_timeout");
  });

  it("does not run while the reader is slow", async () => {
    const { body } = watched([bytes(5), bytes(5), bytes(5)], "close");
    const reader = (await open(() => new Response(body))(start)).body.getReader();
    let received = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      received += value.byteLength;
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    expect(received).toBe(15);
  });
});

it("says origin_failed when there is no connection", async () => {
  const safeFetch = open(() => Promise.reject(new TypeError("fetch failed: 10.0.0.1")));
  const error = await errorOf(safeFetch(start));
  expect(error.code).toBe("origin_failed");
  expect(JSON.stringify(error.info)).not.toContain("10.0.0.1");
});
