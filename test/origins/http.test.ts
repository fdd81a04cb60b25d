import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSameSource } from "../../src/cache/freshness.ts";
import { createHttpOrigin, createRemoteOrigin, resolveName } from "../../src/origins/http.ts";
import { assertAllowed, parseAllowedHosts } from "../../src/policy/sources.ts";
import type { Validator } from "../../src/ports.ts";
import { codeOf, errorOf, originContract, read } from "../contracts/origin.ts";
import { openHttpWorld } from "./fake-server.ts";

originContract("HTTP, in Node", openHttpWorld);

const rules = { list: parseAllowedHosts("a.com"), selfHosts: ["self.com"] };
const allow = (url: URL) => assertAllowed(url, rules);

/** A `fetch` that answers each URL from a table and writes down what it was asked. */
function scripted(table: Record<string, () => Response>) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return table[url]?.() ?? new Response("no", { status: 404 });
  };
  return { fetch, asked };
}

const redirect = (location: string) => () =>
  new Response(null, { status: 302, headers: { location } });
const picture = () => new Response("picture");

describe("a remote origin", () => {
  it("reads an allowed URL and asks for nothing else", async () => {
    const { fetch, asked } = scripted({ "https://a.com/x.jpg?v=1": picture });
    const origin = createRemoteOrigin({ fetch, allow, maxBytes: 100 });
    const { body } = await origin.open("https://A.com./x.jpg?v=1#frag");
    expect(new TextDecoder().decode(await read(body))).toBe("picture");
    expect(asked).toEqual(["https://a.com/x.jpg?v=1"]);
  });

  it("makes no request for what is not allowed", async () => {
    const { fetch, asked } = scripted({});
    const origin = createRemoteOrigin({ fetch, allow, maxBytes: 100 });
    const codes: Record<string, string> = {
      "https://b.com/x": "origin_not_allowed",
      "https://a.com.b.com/x": "origin_not_allowed",
      "https://u:p@a.com/x": "origin_not_allowed",
      "http://127.1/x": "origin_not_allowed",
      "https://SELF.com./x": "loop",
      "https:a.com/x": "bad_url",
      "a.com/x": "bad_url",
    };
    for (const [url, code] of Object.entries(codes)) {
      expect(await codeOf(origin.open(url)), url).toBe(code);
      expect(await codeOf(origin.head(url)), url).toBe(code);
    }
    expect(asked).toEqual([]);
  });

  it("drops validators that cannot be read", async () => {
    const sloppy = () =>
      new Response("x", { headers: { etag: "unquoted", "last-modified": "some day" } });
    const { fetch } = scripted({ "https://a.com/x": sloppy });
    const origin = createRemoteOrigin({ fetch, allow, maxBytes: 100 });
    expect((await origin.head("https://a.com/x")).validator).toEqual({});
  });
});

describe("what is known of a source without its bytes", () => {
  const date = "Tue, 01 Sep 2026 10:00:00 GMT";
  const modified = Date.parse(date);
  const headOf = (answer: Response, known?: Validator) =>
    createRemoteOrigin({ fetch: async () => answer, allow, maxBytes: 100 }).head(
      "https://a.com/x",
      known,
    );
  const same = (headers: Record<string, string> = {}) =>
    new Response(null, { status: 304, headers });

  it.each<[string, Validator, Record<string, string>, "same" | "another"]>([
    ["says nothing more", { etag: '"a"', lastModified: modified }, {}, "same"],
    ["repeats the tag", { etag: '"a"' }, { etag: '"a"' }, "same"],
    ["repeats the tag, weakened", { etag: '"a"' }, { etag: 'W/"a"' }, "same"],
    [
      "repeats the tag with another date",
      { etag: '"a"', lastModified: 0 },
      { etag: '"a"', "last-modified": date },
      "same",
    ],
    ["names another tag", { etag: '"a"' }, { etag: '"b"' }, "another"],
    ["repeats the date", { lastModified: modified }, { "last-modified": date }, "same"],
    ["names another date", { lastModified: 0 }, { "last-modified": date }, "another"],
  ])("is the known version when a 304 %s: %o, %o: %s", async (_how, known, headers, verdict) => {
    const { validator } = await headOf(same(headers), known);
    expect(isSameSource(known, validator)).toBe(verdict === "same");
    if (verdict === "same") expect(validator).toEqual(known);
  });

  it("is a new version when the origin answers 200 with another validator", async () => {
    const { validator, size } = await headOf(
      new Response(null, { headers: { etag: '"b"', "content-length": "7" } }),
      { etag: '"a"' },
    );
    expect([validator, size]).toEqual([{ etag: '"b"' }, 7]);
  });

  it("is origin_failed when the origin answers 304 to what had no condition", async () => {
    expect(await codeOf(headOf(same()))).toBe("origin_failed");
  });

  it("has the lifetime that Cache-Control gives, in open, in head and in a 304", async () => {
    const headers = { etag: '"a"', "cache-control": "max-age=60", age: "10" };
    expect((await headOf(new Response(null, { headers }))).lifetime).toBe(50);
    expect((await headOf(same(headers), { etag: '"a"' })).lifetime).toBe(50);
    const fetch = async () => new Response("picture", { headers });
    const origin = createRemoteOrigin({ fetch, allow, maxBytes: 100 });
    expect((await origin.open("https://a.com/x")).lifetime).toBe(50);
    const secret = new Response(null, { headers: { "cache-control": "private" } });
    expect((await headOf(secret)).lifetime).toBe("no-store");
    expect(await headOf(new Response(null, { headers: { etag: '"a"' } }))).not.toHaveProperty(
      "lifetime",
    );
  });

  it("counts an Expires from the clock that it was given", async () => {
    const headers = { expires: new Date(100_000).toUTCString() };
    const fetch = async () => new Response(null, { headers });
    const origin = createRemoteOrigin({ fetch, allow, maxBytes: 100, now: () => 40_000 });
    expect((await origin.head("https://a.com/x")).lifetime).toBe(60);
  });
});

describe("a mounted base", () => {
  const open = (base: string, table: Record<string, () => Response>, more = {}) => {
    const { fetch, asked } = scripted(table);
    const selfHosts = rules.selfHosts;
    return {
      origin: createHttpOrigin({ base, fetch, allow, maxBytes: 99, selfHosts, ...more }),
      asked,
    };
  };

  it("is not configured when it is private, has credentials, or is no URL", () => {
    const fetch = async () => picture();
    for (const base of [
      "http://10.0.0.1/",
      "http://localhost:9000",
      "https://u:p@a.com/",
      "ftp://a.com/",
      "x",
    ]) {
      expect(() => createHttpOrigin({ base, fetch, allow, maxBytes: 1 }), base).toThrow(/base/);
    }
  });

  it("keeps its query", async () => {
    const { origin, asked } = open("https://m.com/p?token=t", {});
    await codeOf(origin.open("a b/c.jpg"));
    expect(asked).toEqual(["https://m.com/p/a%20b/c.jpg?token=t"]);
  });

  it("follows redirects to its own host and to allowed hosts, and to no other", async () => {
    const { origin } = open("https://m.com/", {
      "https://m.com/own": redirect("/other"),
      "https://m.com/other": picture,
      "https://m.com/listed": redirect("https://a.com/x"),
      "https://a.com/x": picture,
      "https://m.com/unlisted": redirect("https://b.com/x"),
      "https://m.com/port": redirect("https://m.com:8443/x"),
      "https://m.com/user": redirect("https://u:p@m.com/x"),
      "https://m.com/self": redirect("https://self.com/x"),
      "https://m.com/down": redirect("http://m.com/x"),
    });
    await origin.open("own");
    await origin.open("listed");
    for (const name of ["unlisted", "port", "user", "down"]) {
      expect(await codeOf(origin.open(name)), name).toBe("origin_not_allowed");
    }
    expect(await codeOf(origin.open("self"))).toBe("loop");
  });

  it("may be private when the operator says so, but its redirects may not", async () => {
    const { origin, asked } = open(
      "http://127.0.0.1:9000/",
      {
        "http://127.0.0.1:9000/x": picture,
        "http://127.0.0.1:9000/y": redirect("/x"),
        "http://127.0.0.1:9000/z": redirect("http://169.254.169.254/latest/meta-data/"),
      },
      { allowPrivate: true },
    );
    await origin.open("x");
    expect(await codeOf(origin.open("y"))).toBe("origin_not_allowed");
    expect(await codeOf(origin.open("z"))).toBe("origin_not_allowed");
    expect(asked.length).toBe(3);
  });

  it("refuses a base that leads back to this service", async () => {
    const { origin, asked } = open("https://self.com/", { "https://self.com/x": picture });
    expect(await codeOf(origin.open("x"))).toBe("loop");
    expect(asked).toEqual([]);
  });
});

describe("a name below a base", () => {
  const base = new URL("https://m.com/tenant/");

  it("is appended segment by segment", () => {
    expect(resolveName(base, "a/b.jpg").href).toBe("https://m.com/tenant/a/b.jpg");
    expect(resolveName(base, "100%.jpg").pathname).toBe("/tenant/100%25.jpg");
    expect(resolveName(base, "a?b#c&d.jpg").pathname).toBe("/tenant/a%3Fb%23c%26d.jpg");
    expect(resolveName(base, "...").pathname).toBe("/tenant/...");
    expect(resolveName(base, "..a/.b").pathname).toBe("/tenant/..a/.b");
    expect(resolveName(base, "https://evil.com/x").href).toBe(
      "https://m.com/tenant/https%3A//evil.com/x",
    );
    expect(resolveName(base, "//evil.com/x").origin).toBe("https://m.com");
  });

  it("never leads out of it, however often it is encoded", async () => {
    for (const name of [
      "",
      ".",
      "..",
      "../other",
      "a/../../other",
      "a/..",
      "%2e%2e/other",
      "%2E./other",
      ".%2e/other",
      "%252e%252e/other",
      "%25252e%25252e/other",
      "..%2fother",
      "..%252fother",
      "a%2f..%2f..%2fother",
      "..;/other",
      "..%3b/other",
      "..#",
      "..\\other",
      "..%5cother",
      "..%255cother",
      "a\0.jpg",
      "a%00.jpg",
      "a%2500.jpg",
      "a\r\nHost: evil",
      "%2525252541",
      "\ud800",
    ]) {
      const error = await errorOf(Promise.resolve().then(() => resolveName(base, name)));
      expect([error.code, error.info.param], JSON.stringify(name)).toEqual(["bad_url", "source"]);
    }
  });

  it("stays below it for any text, decoded as often as a server may", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "/",
      "%2e",
      "%2f",
      "%5c",
      "\\",
      "%25",
      "2e",
      "a",
      "\0",
      "?",
      "#",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    fc.assert(
      fc.property(text, (name) => {
        let url: URL;
        try {
          url = resolveName(base, name);
        } catch (error) {
          expect(error).toMatchObject({ code: "bad_url" });
          return;
        }
        for (let path = url.pathname, round = 0; round < 4; round++) {
          expect(new URL(path, "https://m.com").pathname.startsWith("/tenant/")).toBe(true);
          path = path.replace(/%([0-7][0-9a-f])/gi, (_, hex) =>
            String.fromCharCode(Number.parseInt(hex, 16)),
          );
        }
      }),
      { numRuns: 3000 },
    );
  });
});
