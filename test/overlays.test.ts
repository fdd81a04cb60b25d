/** The two stories for pictures with overlays, with a world of plain objects. */
import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import { NOTHING } from "../src/cache/purge-record.ts";
import { readConfig } from "../src/config.ts";
import { collect } from "../src/engine/collect.ts";
import { PictorError } from "../src/errors.ts";
import { MAX_OVERLAY_FILES_BYTES } from "../src/image/budget.ts";
import type { Plan } from "../src/image/job.ts";
import { peakBytes } from "../src/image/memory.ts";
import { readRules } from "../src/policy/rules/read.ts";
import { BUILT_IN_RULE } from "../src/policy/rules.ts";
import type { Engine, HeldSource, Origin, OriginObject } from "../src/ports.ts";
import { createPlace, getFrom } from "./stand-ins/place.ts";

interface File extends Omit<OriginObject, "body" | "size"> {
  readonly bytes: Uint8Array;
}

const DAY = 86_400_000;
const DATE = Date.UTC(2026, 0, 1);
let picture: Uint8Array;
let files: Record<string, File | PictorError>;
/** What was asked of the origins, in order. */
let asked: string[];
let held: number;
let rendered: { readonly plan: Plan; readonly overlays: number }[];
let now: number;
let world: ReturnType<typeof createWorld>;

beforeEach(async () => {
  const create = { width: 30, height: 20, channels: 3, background: "teal" } as const;
  picture ??= new Uint8Array(await sharp({ create }).png().toBuffer());
  files = {
    "a.png": fileOf("a1", DATE),
    "logo.png": fileOf("l1", DATE + 2 * DAY),
    "badge.png": fileOf("b1", DATE + DAY),
  };
  asked = [];
  rendered = [];
  held = 0;
  now = Date.UTC(2026, 5, 1);
  world = createWorld();
});

function fileOf(tag: string, lastModified?: number): File {
  const validator = { etag: `"${tag}"`, ...(lastModified !== undefined && { lastModified }) };
  return { bytes: picture, validator };
}

function fileNamed(name: string): File {
  const file = files[name] ?? new PictorError("not_found");
  if (file instanceof PictorError) throw file;
  return file;
}

const origin: Origin = {
  async open(name) {
    asked.push(`open ${name}`);
    const { bytes, ...rest } = fileNamed(name);
    const body = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    return { ...rest, body, size: bytes.length };
  },
  async head(name) {
    asked.push(`head ${name}`);
    const { bytes, ...rest } = fileNamed(name);
    return { ...rest, size: bytes.length };
  },
};

const engine: Engine = {
  version: "fake-1",
  peakBytes,
  reads: () => true,
  async hold(source, maxBytes = Number.POSITIVE_INFINITY): Promise<HeldSource> {
    const { length } = await collect(source, maxBytes);
    held++;
    const refuse = () => Promise.reject(new Error("nothing is looked at here"));
    return {
      size: length,
      open: () => new Blob([]).stream(),
      look: refuse,
      render: refuse,
      release: () => void held--,
    };
  },
  async render(plan, source, overlays = []) {
    rendered.push({ plan, overlays: overlays.length });
    await source.cancel();
    const { width, height } = plan.output;
    const bytes = new TextEncoder().encode(JSON.stringify(plan.draw ?? []));
    return { bytes, facts: { width, height, counts: {}, times: {} } };
  },
};

function createWorld() {
  const config = readConfig(
    { SIGNING: "off", ALLOWED_HOSTS: "cdn.example.com" },
    {
      mounts: { "/": { type: "r2", bucket: "X" }, "/brand/": { type: "r2", bucket: "Y" } },
      presets: { marked: { draw: ["logo.png,x:1", "badge.png"] } },
    },
  );
  return createPlace({ config, mounts: ["/", "/brand/"], origin, engine, now: () => now });
}

const get = (path: string, headers?: Record<string, string>) => getFrom(world, path, headers);
const purge = (targets: object, mode: "soft" | "hard" = "hard") =>
  world.purges.append({ ...NOTHING, ...targets }, mode);

const DRAWN = "/a.png?draw=logo.png&draw=badge.png,gravity:north";
const tagOf = async (path = DRAWN) => (await get(path)).headers.get("ETag");

describe("a picture with overlays", () => {
  it("is made of all its sources, which are let go of afterwards", async () => {
    expect((await get(DRAWN)).status).toBe(200);
    expect([...asked].sort()).toEqual(["open a.png", "open badge.png", "open logo.png"]);
    expect(rendered).toMatchObject([{ overlays: 2, plan: { draw: [{ x: 0 }, { y: 0 }] } }]);
    expect(held).toBe(0);
  });

  it("has tags of all of them, each once", async () => {
    const answer = await get("/a.png?draw=logo.png&draw=/logo.png,x:9&draw=brand/logo.png");
    expect(answer.headers.get("Cache-Tag")).toBe(
      "source:/a.png,source:/logo.png,source:/brand/logo.png",
    );
  });

  it("was changed when the newest of them was", async () => {
    const modified = async (path: string) => (await get(path)).headers.get("Last-Modified");
    expect(await modified(DRAWN)).toBe(new Date(DATE + 2 * DAY).toUTCString());
    expect(await modified("/a.png?draw=badge.png")).toBe(new Date(DATE + DAY).toUTCString());
    files["logo.png"] = fileOf("l1");
    expect(await modified("/a.png?draw=logo.png,x:1")).toBeNull();
  });

  it("is one entry under every spelling", async () => {
    await get("/a.png?draw=brand/logo.png,x:4");
    await get("/a.png?draw=%2Fbrand%2Flogo.png,gravity:center,x:2,opacity:1&dpr=2");
    expect(world.entries.size).toBe(1);
    files["https://cdn.example.com/l.png"] = fileOf("r1");
    await get("/a.png?draw=https://cdn.example.com/l.png");
    await get("/a.png?draw=HTTPS://CDN.example.com:443/x/../l.png");
    expect(world.entries.size).toBe(2);
  });

  it("costs no overlay where sizes alone are asked for", async () => {
    await get(`${DRAWN}&format=json`);
    expect(asked).toEqual(["open a.png"]);
  });

  it("may be what a preset says", async () => {
    await get("/a.png?preset=marked");
    expect(rendered[0]?.overlays).toBe(2);
  });

  it("lives no longer than the first of its sources, where the rule obeys them", async () => {
    const context = { file: "test", mounts: ["/"], presets: [] };
    Object.assign(world.tools, {
      rules: readRules([{ name: "obeying", originCacheControl: "obey" }], context),
    });
    files["logo.png"] = { ...fileOf("l1"), lifetime: 60 };
    files["a.png"] = { ...fileOf("a1"), lifetime: 3600 };
    await get(DRAWN);
    const [stored] = world.stored.values();
    expect(stored?.stamp["origin-ttl"]).toBe("60");
  });
});

describe("an overlay that changed", () => {
  it("is another ETag", async () => {
    const before = await tagOf();
    expect(await tagOf("/a.png?draw=badge.png,gravity:north&draw=logo.png")).not.toBe(before);
    files["badge.png"] = fileOf("b2");
    world = createWorld();
    expect(await tagOf()).not.toBe(before);
  });

  it("ends what a client knows; one that did not is a 304 without rendering", async () => {
    const etag = (await tagOf())!;
    world = createWorld();
    expect((await get(DRAWN, { "If-None-Match": etag })).status).toBe(304);
    expect([rendered.length, held]).toEqual([1, 0]);
    files["logo.png"] = fileOf("l2");
    world = createWorld();
    expect((await get(DRAWN, { "If-None-Match": etag })).status).toBe(200);
  });

  it("is noticed when a stored picture is asked about again", async () => {
    await get(DRAWN);
    const pass = () => {
      world.entries.clear();
      asked = [];
      now += BUILT_IN_RULE.edgeTtl * 1000;
    };
    pass();
    await get(DRAWN);
    expect([...asked].sort()).toEqual(["head a.png", "head badge.png", "head logo.png"]);
    expect(rendered).toHaveLength(1);
    pass();
    files["badge.png"] = fileOf("b2");
    await get(DRAWN);
    expect(rendered).toHaveLength(2);
  });

  it("that cannot be asked leaves the stored picture standing; one that is gone does not", async () => {
    await get(DRAWN);
    world.entries.clear();
    now += BUILT_IN_RULE.edgeTtl * 1000;
    files["badge.png"] = new PictorError("origin_failed");
    expect((await get(DRAWN)).status).toBe(200);
    files["badge.png"] = new PictorError("not_found");
    expect((await get(DRAWN)).status).toBe(404);
  });
});

describe("a purge of an overlay's source", () => {
  it.each([
    ["by source", { sources: ["/logo.png"] }],
    ["by tag", { tags: ["source:/logo.png"] }],
    ["by prefix", { prefixes: ["/logo.png".slice(0, 1)] }],
  ])("%s purges every picture that shows it, at the edge and in the store", async (_, targets) => {
    await get(DRAWN);
    await purge(targets);
    await get(DRAWN);
    expect(rendered).toHaveLength(2);
    world.entries.clear();
    await purge(targets);
    await get(DRAWN);
    expect(rendered).toHaveLength(3);
  });

  it("leaves others alone, and lets a missing one be found", async () => {
    await get(DRAWN);
    await purge({ sources: ["/other.png"] });
    await get(DRAWN);
    expect(rendered).toHaveLength(1);
    delete files["new.png"];
    expect((await get("/a.png?draw=new.png")).status).toBe(404);
    files["new.png"] = fileOf("n1");
    expect((await get("/a.png?draw=new.png")).status).toBe(404);
    await purge({ sources: ["/new.png"] });
    expect((await get("/a.png?draw=new.png")).status).toBe(200);
  });
});

describe("an overlay that cannot be drawn", () => {
  const problem = async (path: string) => {
    const answer = await get(path);
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  it.each([
    ["is missing", new PictorError("not_found"), 404, "not_found"],
    ["cannot be had", new PictorError("origin_failed"), 502, "origin_failed"],
    ["is no picture", { bytes: new Uint8Array(64).fill(65) }, 415, "unsupported_format"],
    ["is cut off in its header", { bytes: "header" }, 422, "broken_image"],
    ["is too long a file", { bytes: "long" }, 413, "source_too_large"],
    ["is too large a picture", { bytes: "large" }, 413, "picture_too_large"],
  ])("because it %s is named", async (_, file, status, code) => {
    const bytes = { header: 20, long: MAX_OVERLAY_FILES_BYTES + 1 };
    if (file instanceof PictorError) files["logo.png"] = file;
    else if (file.bytes instanceof Uint8Array)
      files["logo.png"] = { ...file, validator: {} } as File;
    else {
      const content = new Uint8Array(bytes[file.bytes as keyof typeof bytes] ?? 100);
      content.set(picture.subarray(0, content.length));
      if (file.bytes === "large") new DataView(content.buffer).setUint32(16, 200_000);
      if (file.bytes === "large") new DataView(content.buffer).setUint32(20, 200_000);
      files["logo.png"] = { bytes: content, validator: {} };
    }
    expect(await problem("/a.png?draw=badge.png&draw=logo.png")).toMatchObject({
      status,
      code,
      param: "draw",
      detail: expect.stringContaining("Overlay 2 (logo.png): "),
    });
    expect(held).toBe(0);
  });

  it.each([
    ["of another host", "https://evil.example/l.png", 403, "origin_not_allowed"],
    ["of this very service", "https://img.example/l.png", 508, "loop"],
    ["without a name", "brand/", 404, "not_found"],
  ])("because it is %s is refused before anything is fetched", async (_, key, status, code) => {
    expect(await problem(`/a.png?draw=logo.png&draw=${key}`)).toMatchObject({
      status,
      code,
      param: "draw",
      detail: expect.stringContaining("Overlay 2"),
    });
    expect(asked).toEqual([]);
  });

  it("does not hide that the picture itself is missing", async () => {
    files["a.png"] = new PictorError("not_found");
    files["logo.png"] = new PictorError("origin_failed");
    expect(await problem(DRAWN)).not.toHaveProperty("param", "draw");
  });

  it("has a fallback as any picture does", async () => {
    files["b.png"] = new PictorError("not_found");
    const answer = await get("/b.png?draw=logo.png&fallback=a.png");
    expect([answer.status, rendered[0]?.overlays]).toEqual([200, 1]);
  });
});

it("explain=1 tells where each is drawn", async () => {
  const answer = await get(
    "/a.png?draw=logo.png,width:6,opacity:0.5,repeat:x&draw=badge.png&explain=1",
  );
  const body = (await answer.json()) as {
    transform: { draw: unknown };
    work: { steps: string[] };
  };
  expect(body.transform.draw).toEqual(["logo.png,width:6,opacity:0.5,repeat:x", "badge.png"]);
  expect(body.work.steps).toContain("draw 6×4 at 12,8, repeated in x, opacity 0.5");
  expect(body.work.steps).toContain("draw 30×20 at 0,0");
  expect(held).toBe(0);
});
