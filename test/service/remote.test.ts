import { Response } from "miniflare";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type OutboundRequest, type Service, startService } from "../../src/cli/local/service.ts";
import { jpeg } from "./pictures.ts";

let service: Service;
let picture: Uint8Array<ArrayBuffer>;
/** What the Worker asked of the internet, in order. */
let asked: { url: string; headers: Record<string, string> }[] = [];
let answers: Record<string, (request: OutboundRequest) => Response | Promise<Response>> = {};

beforeAll(async () => {
  picture = await jpeg(300, 200);
  service = await startService({
    bindings: {
      SIGNING: "off",
      LOCAL_DEVELOPMENT: "true",
      ALLOWED_HOSTS: "img.example.com,*.cdn.example.net",
    },
    outbound(request) {
      asked.push({ url: request.url, headers: Object.fromEntries(request.headers) });
      const { pathname } = new URL(request.url);
      return answers[pathname]?.(request) ?? new Response("no", { status: 404 });
    },
  });
});
afterAll(() => service?.dispose());
beforeEach(() => {
  asked = [];
  answers = {
    "/a.jpg": () =>
      new Response(picture, { headers: { ETag: '"a1"', "Content-Type": "text/plain" } }),
  };
});

const remote = (url: string, query = "w=60") =>
  fetch(`${service.url}/${encodeURIComponent(url)}?${query}`);
const redirect = (to: string) => () =>
  new Response(null, { status: 302, headers: { Location: to } });

async function code(response: globalThis.Response): Promise<unknown[]> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

describe("a remote overlay", () => {
  it("is fetched by the same rules as a remote source, with our name in CDN-Loop", async () => {
    const logo = encodeURIComponent("https://img.example.com/a.jpg?logo");
    const drawn = await remote("https://img.example.com/a.jpg?under", `w=60&draw=${logo},width:6`);
    expect(drawn.status).toBe(200);
    expect((await sharp(await drawn.arrayBuffer()).metadata()).width).toBe(60);
    expect(asked.map(({ url }) => url).sort()).toEqual([
      "https://img.example.com/a.jpg?logo",
      "https://img.example.com/a.jpg?under",
    ]);
    for (const { headers } of asked) expect(headers["cdn-loop"]).toContain("pictor");
  });

  it("that redirects to a host that is not allowed is refused", async () => {
    answers["/away.png"] = redirect("https://evil.example.org/logo.png");
    const away = encodeURIComponent("https://img.example.com/away.png");
    const url = "https://img.example.com/a.jpg?away";
    expect(await code(await remote(url, `draw=${away}`))).toEqual([403, "origin_not_allowed"]);
    expect(asked.map(({ url: one }) => one)).not.toContain("https://evil.example.org/logo.png");
  });

  it("of a host that is not allowed, or a private one, is never asked for", async () => {
    for (const host of ["evil.example.org", "127.0.0.1", "169.254.169.254", "[::1]"]) {
      const logo = encodeURIComponent(`http://${host}/a.jpg`);
      const answer = await remote("https://img.example.com/a.jpg?private", `draw=${logo}`);
      expect(await code(answer)).toEqual([403, "origin_not_allowed"]);
    }
    expect(asked).toEqual([]);
  });
});

describe("a remote source", () => {
  it("on an allowed host is read once; a hit does not touch the origin", async () => {
    const first = await remote("https://img.example.com/a.jpg?size=large");
    expect((await sharp(await first.arrayBuffer()).metadata()).width).toBe(60);
    expect(asked.map(({ url }) => url)).toEqual(["https://img.example.com/a.jpg?size=large"]);
    const second = await remote("https://img.example.com/a.jpg?size=large");
    expect(second.headers.get("Cache-Status")).toContain("hit");
    expect(second.headers.get("ETag")).toBe(first.headers.get("ETag"));
    expect(asked).toHaveLength(1);
  });

  it("is one entry under every spelling of one transform", async () => {
    const url = "https://img.example.com/a.jpg?v=spellings";
    for (const query of [
      "w=80&h=40&fit=cover",
      "fit=cover&height=40&w=80",
      "w=40&h=20&dpr=2&fit=cover&q=80",
      "width=80&ar=2:1&fit=cover&utm_source=x",
      "w=80&h=40&fit=crop&enlarge=true&g=0.5x0.5",
    ]) {
      expect((await remote(url, query)).status).toBe(200);
    }
    expect(
      (await remote(url.replace("https://img", "HTTPS://IMG"), "w=80&h=40&fit=cover")).status,
    ).toBe(200);
    expect(asked).toHaveLength(1);
  });

  it("learns nothing of the client", async () => {
    await fetch(`${service.url}/${encodeURIComponent("https://img.example.com/a.jpg?private")}`, {
      headers: {
        Cookie: "session=1",
        Authorization: "Bearer x",
        "X-Forwarded-Proto": "http",
        Referer: "https://secret.example/",
      },
    });
    const sent = JSON.stringify(asked[0]?.headers);
    expect(asked).toHaveLength(1);
    expect(sent).not.toMatch(/session=1|Bearer|secret\.example|x-forwarded/i);
    expect(asked[0]!.headers["cdn-loop"]).toBe("pictor");
  });

  it.each([
    "https://evil.example/a.jpg",
    "https://img.example.com.evil.example/a.jpg",
    "https://cdn.example.net/a.jpg",
    "https://img.example.com:8443/a.jpg",
    "https://user:pass@img.example.com/a.jpg",
    "http://localhost/a.jpg",
    "http://0x7f000001/a.jpg",
    "http://[::ffff:7f00:1]/a.jpg",
    "http://169.254.169.254/latest/meta-data",
  ])("%s is refused before anything is fetched", async (url) => {
    expect(await code(await remote(url))).toEqual([403, "origin_not_allowed"]);
    expect(asked).toEqual([]);
  });

  it("of this very host is a loop", async () => {
    const own = `${service.url}/a.jpg`;
    expect(await code(await remote(own))).toEqual([508, "loop"]);
    expect(asked).toEqual([]);
  });

  it("follows redirects to allowed hosts, three at most", async () => {
    answers["/r1"] = redirect("/r2");
    answers["/r2"] = redirect("https://x.cdn.example.net/r3");
    answers["/r3"] = redirect("https://img.example.com/a.jpg");
    answers["/r0"] = redirect("/r1");
    expect((await remote("https://img.example.com/r1")).status).toBe(200);
    expect(asked).toHaveLength(4);
    expect(await code(await remote("https://img.example.com/r0"))).toEqual([502, "origin_failed"]);
  });

  it.each([
    "http://169.254.169.254/a.jpg",
    "https://evil.example/a.jpg",
    "http://127.1/a.jpg",
    "file:///etc/passwd",
  ])("does not follow a redirect to %s", async (to) => {
    answers["/away"] = redirect(to);
    const response = await remote(`https://img.example.com/away?to=${encodeURIComponent(to)}`);
    expect([403, 502]).toContain(response.status);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["500", () => new Response("x", { status: 500 }), 502, "origin_failed"],
    ["429", () => new Response("x", { status: 429 }), 502, "origin_failed"],
    ["404", () => new Response("x", { status: 404 }), 404, "not_found"],
    ["HTML", () => new Response("<html></html>"), 415, "unsupported_format"],
    ["nothing", () => new Response(""), 415, "unsupported_format"],
    [
      "too many bytes, announced",
      () => new Response("x", { headers: { "Content-Length": "200000000" } }),
      413,
      "source_too_large",
    ],
  ])("that answers %s becomes an exact error", async (name, answer, status, expected) => {
    const path = `/error-${encodeURIComponent(name)}`;
    answers[path] = answer as () => Response;
    const response = await remote(`https://img.example.com${path}`);
    if (name.startsWith("too many")) expect([413, 502]).toContain(response.status);
    else expect(await code(response)).toEqual([status, expected]);
  });

  it("that fails is asked again at once, and its recovery is seen", async () => {
    answers["/flaky.jpg"] = () => new Response("x", { status: 503 });
    const failed = await remote("https://img.example.com/flaky.jpg");
    expect(failed.headers.get("Cache-Control")).toBe("no-store");
    answers["/flaky.jpg"] = answers["/a.jpg"]!;
    expect((await remote("https://img.example.com/flaky.jpg")).status).toBe(200);
  });
});

it("a weak ETag of the origin makes a weak ETag of the variant", async () => {
  answers["/weak.jpg"] = () => new Response(picture, { headers: { ETag: 'W/"w"' } });
  expect((await remote("https://img.example.com/weak.jpg")).headers.get("ETag")).toMatch(/^W\/"/);
  answers["/none.jpg"] = () => new Response(picture);
  expect((await remote("https://img.example.com/none.jpg")).headers.get("ETag")).toBeNull();
});
