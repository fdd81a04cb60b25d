import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CliError } from "../../src/cli/failure.ts";
import { purge } from "../../src/cli/purge.ts";

const URL_ARGS = ["--url", "https://img.example.com"];
const out: string[] = [];
const err: string[] = [];

beforeEach(() => {
  out.length = 0;
  err.length = 0;
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(text));
});
afterEach(() => vi.restoreAllMocks());

interface Seen {
  readonly url: string;
  readonly key: string | null;
  readonly authorization: string | null;
  readonly body: Record<string, unknown>;
}

type Reply = (seen: Seen, posts: number) => Response | Promise<Response>;

const bound = { edge: 5, browser: "not reached" };
const written: Reply = ({ body }, posts) =>
  Response.json({ id: `record-${posts}`, mode: body.mode, bound });

function open(reply: Reply = written, { token = "secret", stdin = "", status = [true] } = {}) {
  const posts: Seen[] = [];
  const slept: number[] = [];
  const looks = [...status];
  const world = {
    fetch: async (input: RequestInfo | URL, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      expect(init.redirect).toBe("manual");
      if (init.method !== "POST") {
        const inForce = looks.length > 1 ? looks.shift() : looks[0];
        return Response.json({ inForce });
      }
      const seen: Seen = {
        url: String(input),
        key: headers.get("Idempotency-Key"),
        authorization: headers.get("Authorization"),
        body: JSON.parse(String(init.body)),
      };
      posts.push(seen);
      return reply(seen, posts.length);
    },
    sleep: async (ms: number) => void slept.push(ms),
    stdin: async () => stdin,
    token,
  } as Parameters<typeof purge>[1] & object;
  return { run: (...args: string[]) => purge([...URL_ARGS, ...args], world), posts, slept, world };
}

describe("pictor purge", () => {
  it("asks for what it was told, and waits until that holds", async () => {
    const { run, posts, slept } = open();
    expect(
      await run(
        "--source",
        "a.jpg",
        "--source",
        "b.jpg",
        "--tag",
        "t",
        "--prefix",
        "/x/",
        "--soft",
      ),
    ).toBe(0);
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({
      url: "https://img.example.com/_/purge",
      authorization: "Bearer secret",
      body: { sources: ["a.jpg", "b.jpg"], tags: ["t"], prefixes: ["/x/"], mode: "soft" },
    });
    expect(slept).toEqual([5_000]);
    expect(out).toEqual([
      "4 targets, soft: record-1",
      "waiting 5 s until every place knows …",
      "in force. Browsers: not reached",
    ]);
  });

  it("is hard unless it says otherwise, and need not wait", async () => {
    const { run, posts, slept } = open();
    expect(await run("--preset", "card", "--format", "avif", "--no-wait")).toBe(0);
    expect(posts[0]?.body).toEqual({ presets: ["card"], formats: ["avif"], mode: "hard" });
    expect(slept).toEqual([]);
  });

  it("sends many sources in several requests, each with a key of its own", async () => {
    const stdin = `${Array.from({ length: 250 }, (_, at) => `pictures/${at}.jpg`).join("\r\n")}\n\n`;
    const { run, posts } = open(written, { stdin });
    expect(await run("--file", "-", "--no-wait")).toBe(0);
    expect(posts.map(({ body }) => (body.sources as string[]).length)).toEqual([100, 100, 50]);
    expect(new Set(posts.map(({ key }) => key)).size).toBe(3);
    expect(out).toEqual([
      "1 of 3: 100 targets, hard: record-1",
      "2 of 3: 100 targets, hard: record-2",
      "3 of 3: 50 targets, hard: record-3",
    ]);
  });

  it("splits long names by their encoded length", async () => {
    const stdin = Array.from({ length: 40 }, (_, at) => `${"漢".repeat(50)}${at}.jpg`).join("\n");
    const { run, posts } = open(written, { stdin });
    await run("--file", "-", "--no-wait");
    for (const { body } of posts) {
      expect((body.sources as string[]).map(encodeURIComponent).join("").length).toBeLessThan(
        6_000,
      );
    }
    expect(posts.flatMap(({ body }) => body.sources)).toHaveLength(40);
  });

  it("reads sources from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "pictor-purge-"));
    await writeFile(join(folder, "list.txt"), "a.jpg\n  b c.jpg  \n");
    const { run, posts } = open();
    await run("--file", join(folder, "list.txt"), "--no-wait");
    await rm(folder, { recursive: true });
    expect(posts[0]?.body.sources).toEqual(["a.jpg", "b c.jpg"]);
  });

  it.each([["--everything"], ["--prefix", "/"]])("wants a yes for %s", async (...what) => {
    const { run, posts } = open();
    expect(await run(...what)).toBe(2);
    expect(err[0]).toContain("--yes");
    expect(posts).toEqual([]);
    expect(await run(...what, "--yes", "--no-wait")).toBe(0);
    expect(posts).toHaveLength(1);
  });

  it("tries again, with the same key, what a service may have done", async () => {
    const { run, posts, slept } = open((seen, tries) => {
      if (tries === 1) throw new TypeError("socket hang up");
      if (tries === 2) return new Response(null, { status: 503, headers: { "Retry-After": "7" } });
      return written(seen, tries);
    });
    expect(await run("--tag", "t", "--no-wait")).toBe(0);
    expect(new Set(posts.map(({ key }) => key)).size).toBe(1);
    expect(slept).toEqual([1_000, 7_000]);
  });

  it("gives up after four tries, and says what was purged until then", async () => {
    const stdin = Array.from({ length: 150 }, (_, at) => `${at}.jpg`).join("\n");
    const { run, posts } = open(
      (seen, tries) => (tries === 1 ? written(seen, tries) : new Response("", { status: 502 })),
      { stdin },
    );
    await expect(run("--file", "-")).rejects.toThrow(
      /2 of 2: 502: .*\n100 of 150 targets were purged/,
    );
    expect(posts).toHaveLength(5);
  });

  it("shows what the service refuses, and does not try again", async () => {
    const problem = {
      detail: 'The token "cms" does not allow this.',
      param: "sources",
      expected: "targets within prefix:/blog/",
      received: "/a.jpg",
    };
    const { run, posts } = open(() => Response.json(problem, { status: 403 }));
    const error = await run("--source", "a.jpg").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect((error as Error).message).toBe(
      'pictor purge: 403: The token "cms" does not allow this. sources: expected targets within prefix:/blog/ received /a.jpg',
    );
    expect(posts).toHaveLength(1);
  });

  it("follows no redirect with the token", async () => {
    const { run } = open(
      () => new Response(null, { status: 302, headers: { Location: "https://evil.example/" } }),
    );
    await expect(run("--tag", "t")).rejects.toThrow("302");
  });

  it("looks again when clocks differ, and fails when it never holds", async () => {
    const { run } = open(written, { status: [false, false, true] });
    expect(await run("--tag", "t")).toBe(0);
    await expect(open(written, { status: [false] }).run("--tag", "t")).rejects.toThrow(
      "does not say that it is in force",
    );
  });

  it.each<[string[], string]>([
    [[], "nothing to purge"],
    [["--soft", "--hard", "--tag", "t"], "not both"],
    [["--token", "x"], "Unknown option '--token'"],
    [["a.jpg"], "Unexpected argument"],
    [["--file", "/nowhere/list.txt"], "cannot be read"],
    [["--url", "http://img.example.com", "--tag", "t"], "https"],
    [["--url", "img.example.com", "--tag", "t"], "https"],
    [["--url", "https://u:p@img.example.com", "--tag", "t"], "no user name"],
  ])("does not understand %j", async (args, message) => {
    const { run, posts } = open();
    expect(await run(...args)).toBe(2);
    expect(err[0]).toContain(message);
    expect(posts).toEqual([]);
  });

  it("takes http of this machine, and no token but that of the environment", async () => {
    const { run } = open();
    expect(await run("--url", "http://127.0.0.1:8787", "--tag", "t", "--no-wait")).toBe(0);
    expect(await open(written, { token: "" }).run("--tag", "t")).toBe(2);
    expect(await open(written, { token: " " }).run("--tag", "t")).toBe(2);
    expect(err.at(-1)).toContain("PURGE_TOKEN");
  });
});
