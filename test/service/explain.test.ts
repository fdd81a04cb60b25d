/** `explain=1` as a user sees it: for each kind of request, what it says, and that the answer itself is so. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleWorker } from "../../src/cli/local/bundle.ts";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { signUrl } from "../../src/sdk/sign.ts";
import { jpeg, plainPng, pngWithAlpha } from "./pictures.ts";

const KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const MODERN = "image/avif,image/webp,*/*";

let open: Service;
let signed: Service;
let presets: Service;

beforeAll(async () => {
  const bundle = await bundleWorker();
  open = await startService({ bundle, bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  signed = await startService({ bundle, bindings: { SIGNING_KEYS: `k1:${KEY}` } });
  presets = await startService({
    bundle,
    bindings: { SIGNING: "presets", SIGNING_KEYS: `k1:${KEY}` },
  });
  const originals = await open.bucket("ORIGINALS");
  await originals.put("photo.jpg", await jpeg(900, 600));
  await originals.put("large.png", await plainPng(3000, 2000));
  await originals.put("endless.png", await plainPng(11_000, 11_000));
  await originals.put("spot.png", await pngWithAlpha(100));
  await originals.put("avatars/ann.jpg", await jpeg(300, 300));
  await originals.put(
    "vector.svg",
    '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>',
  );
  for (const service of [signed, presets]) {
    await (await service.bucket("ORIGINALS")).put("photo.jpg", await jpeg(900, 600));
  }
});
afterAll(() => Promise.all([open, signed, presets].map((service) => service?.dispose())));

interface Told {
  readonly canonical?: string;
  readonly cacheKey: string;
  readonly work?: { readonly steps: readonly string[]; readonly memory?: object };
  readonly [name: string]: unknown;
}

async function explained(path: string, accept = "*/*", service = open): Promise<Told> {
  const url = `${service.url}${path}${path.includes("?") ? "&" : "?"}explain=1`;
  const answer = await fetch(url, { headers: { Accept: accept } });
  expect([path, answer.status]).toEqual([path, 200]);
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  return answer.json() as Promise<Told>;
}

async function typeOf(path: string, accept = "*/*"): Promise<string | null> {
  const answer = await fetch(open.url + path, { headers: { Accept: accept } });
  await answer.arrayBuffer();
  return answer.headers.get("Content-Type");
}

describe("explain=1", () => {
  it("tells the transform, the canonical URL, the key, the rule, the plan and its memory", async () => {
    expect(await explained("/photo.jpg?h=300&w=300&fit=cover&q=high")).toEqual({
      source: { path: "/photo.jpg" },
      transform: expect.objectContaining({
        width: "300",
        fit: "cover",
        quality: "90",
        rotate: "0",
      }),
      canonical: "/photo.jpg?width=300&height=300&fit=cover&format=jpeg&quality=90",
      cacheKey: expect.stringMatching(
        /^https:\/\/transformer\.pictor\.invalid\/[^/]+\/own\/photo\.jpg\?width=300&height=300&fit=cover&quality=90$/,
      ),
      signature: { mode: "off", signed: false, status: "not looked at: SIGNING is off" },
      negotiation: {
        format: "the source's own, else base",
        classes: ["own", "base"],
        refused: [],
        chosen: "own",
        contentType: "image/jpeg",
        why: "No format was asked for: JPEG is the source's own.",
      },
      rule: expect.objectContaining({
        name: "built-in",
        headers: expect.objectContaining({
          "Cache-Control": expect.stringContaining("max-age=3600"),
        }),
      }),
      work: {
        contentType: "image/jpeg",
        source: expect.objectContaining({ format: "jpeg", width: 900, bytes: expect.any(Number) }),
        findings: {},
        plan: expect.objectContaining({ resize: { width: 450, height: 300 } }),
        memory: { peak: expect.any(Number), limit: 80 * 2 ** 20 },
        steps: [
          "decode jpeg 900×600",
          "resize 900×600 → 450×300",
          "extract 300×300 at 75,0",
          "encode jpeg 300×300, quality 90",
        ],
        slow: false,
      },
    });
  });

  it.each([
    [
      "/photo.jpg?w=300&f=auto",
      "*/*",
      "Accept names none of AVIF, WEBP: JPEG, as the picture has no transparency.",
    ],
    [
      "/spot.png?w=30&f=auto",
      "*/*",
      "Accept names none of AVIF, WEBP: PNG, as the picture has transparency or is to be lossless.",
    ],
    [
      "/photo.jpg?w=300&f=auto",
      MODERN,
      "Of AVIF, WEBP, Accept names AVIF, WEBP; AVIF is the best of these.",
    ],
    [
      "/photo.jpg?w=300&f=auto",
      "image/webp",
      "Of AVIF, WEBP, Accept names WEBP; WEBP is the best of these.",
    ],
    [
      "/large.png?f=auto",
      MODERN,
      "Of AVIF, WEBP, Accept names AVIF, WEBP; the result is too large for AVIF, so it is WEBP.",
    ],
    [
      "/photo.jpg?f=webp",
      "*/*",
      "format=webp was asked for. It stands alone: what cannot be done in it is refused.",
    ],
    [
      "/photo.jpg?f=json",
      "*/*",
      "format=json was asked for. It stands alone: what cannot be done in it is refused.",
    ],
    ["/_/info/photo.jpg", "*/*", "The path is /_/info/: facts are told, and no format is chosen."],
  ])(
    "says of %s with Accept: %s why it has its format, and the answer is so",
    async (path, accept, why) => {
      const told = await explained(path, accept);
      const { contentType, ...negotiation } = told.negotiation as Record<string, unknown>;
      expect(negotiation.why).toBe(why);
      expect(await typeOf(path, accept)).toBe(contentType);
    },
  );

  it("names the class that did not fit, and why", async () => {
    const { negotiation } = await explained("/large.png?f=auto", MODERN);
    expect(negotiation).toMatchObject({
      classes: ["avif", "webp", "base"],
      refused: [{ output: "avif", problem: { code: "output_too_large", status: 413 } }],
      chosen: "webp",
    });
    const answer = await fetch(`${open.url}/large.png?f=auto`, { headers: { Accept: MODERN } });
    expect(answer.headers.get("Pictor-Degraded")).toBe("avif, too large");
  });

  it("says what the first reader gets where AVIF takes long", async () => {
    const told = await explained("/large.png?w=1400&f=auto", MODERN);
    expect(told.negotiation).toMatchObject({
      chosen: "avif",
      meanwhile: expect.stringMatching(/^webp: /),
    });
    expect(await typeOf("/large.png?w=1400&f=auto", MODERN)).toBe("image/webp");
    const { negotiation } = await explained("/large.png?w=1400&f=avif", MODERN);
    expect(negotiation).not.toHaveProperty("meanwhile");
  });

  it("says of what is refused what is wrong, and of a bad URL what the URL itself would be told", async () => {
    const told = await explained("/large.png?f=avif");
    expect(told).toMatchObject({
      negotiation: { chosen: "avif" },
      problem: { code: "output_too_large", status: 413, fix: expect.stringContaining("webp") },
    });
    expect(told).not.toHaveProperty("work");
    expect((await explained("/photo.jpg?f=svg")).problem).toMatchObject({
      param: "format",
    });
    const bad = await fetch(`${open.url}/photo.jpg?w=0&explain=1`);
    expect([bad.status, await bad.json()]).toMatchObject([400, { param: "width", received: "0" }]);
  });

  it("says whether a fallback is shown, and what becomes of that one", async () => {
    const lost = await explained("/lost.jpg?w=50&fallback=photo.jpg");
    expect(lost).toMatchObject({
      problem: { code: "not_found" },
      fallback: {
        path: "/photo.jpg",
        shown: true,
        because: "not_found",
        canonical: "/photo.jpg?width=50&format=jpeg",
        work: { steps: expect.arrayContaining(["decode jpeg 900×600"]) },
      },
    });
    const none = await explained("/lost.jpg?w=50&fallback=lost.png");
    expect(none.fallback).toMatchObject({ shown: false, problem: { code: "not_found" } });
    const kept = await explained("/photo.jpg?w=50&fallback=spot.png");
    expect(kept.fallback).toEqual({ path: "/spot.png", shown: false });
  });

  it("has the preset's name, what it stands for, and the rule's ladder applied", async () => {
    const told = await explained("/avatars/ann.jpg?preset=thumbnail");
    expect(told).toMatchObject({
      preset: "thumbnail",
      transform: { width: "200", height: "200", fit: "cover", format: "auto" },
      canonical: "/avatars/ann.jpg?width=384&height=384&fit=cover&format=jpeg",
      rule: { name: "avatars", tags: ["avatars"] },
    });
  });

  it("plans the tiny copy that placeholders and facts are made from", async () => {
    for (const path of ["/photo.jpg?w=800&f=blurhash", "/_/info/photo.jpg?w=800"]) {
      const { work } = await explained(path);
      expect(work?.steps.slice(0, 3)).toEqual([
        "decode jpeg 900×600",
        "resize 900×600 → 64×43",
        "look at 64×43 px",
      ]);
    }
    expect((await explained("/photo.jpg?f=json")).work).toMatchObject({
      steps: ["read the header of jpeg", "tell json"],
    });
    expect((await explained("/_/info/endless.png")).work?.steps).toEqual([
      "read the header of png",
      "tell info",
    ]);
  });

  it("says of a signature under which key it holds, and until when", async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const url = await signUrl("/photo.jpg?w=90&explain=1", { kid: "k1", key: KEY, exp });
    const answer = await fetch(signed.url + url);
    const told = (await answer.json()) as Told;
    expect(told).toMatchObject({
      signature: { mode: "required", signed: true, kid: "k1", exp },
    });
    expect((told.signature as { status: string }).status).toBe(
      `valid, under key k1; the URL works until ${new Date(exp * 1000).toISOString()}`,
    );
    // An answer is kept no longer than its URL works.
    const { headers } = told.rule as { headers: Record<string, string> };
    const age = Number(/max-age=(\d+)/.exec(headers["Cache-Control"]!)?.[1]);
    expect(age).toBeGreaterThan(500);
    expect(age).toBeLessThanOrEqual(600);
    expect(JSON.stringify(told)).not.toContain("sig=");
  });

  it("is itself refused where the URL without it is signed, and where a preset is all that may be unsigned", async () => {
    const url = await signUrl("/photo.jpg?w=90", { kid: "k1", key: KEY });
    expect((await fetch(`${signed.url}${url}&explain=1`)).status).toBe(403);
    expect((await fetch(`${presets.url}/photo.jpg?preset=card&explain=1`)).status).toBe(401);
    const asked = await signUrl("/photo.jpg?preset=card&explain=1", { kid: "k1", key: KEY });
    expect((await fetch(presets.url + asked)).status).toBe(200);
  });
});
