import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleWorker } from "../../src/cli/local/bundle.ts";
import { type Service, startService } from "../../src/cli/local/service.ts";
import { signUrl } from "../../src/sdk/index.ts";
import { jpeg } from "./pictures.ts";

const KEY = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, "0")).join("");
const OTHER = "f".repeat(64);

/** Made once: it is the same for every setting. */
const bundle = bundleWorker();

async function serve(bindings: Record<string, string>): Promise<Service> {
  const service = await startService({ bindings, bundle: await bundle });
  const originals = await service.bucket("ORIGINALS");
  await originals.put("trips/lisbon.jpg", await jpeg(300, 200));
  return service;
}

async function outcome(service: Service, path: string) {
  const response = await fetch(service.url + path);
  const { code } = response.ok
    ? { code: undefined }
    : ((await response.json()) as { code: string });
  return [response.status, code];
}

describe("the deployment's own bundle and configuration", () => {
  let service: Service;
  beforeAll(async () => {
    service = await serve({});
  });
  afterAll(() => service?.dispose());

  it("answers no picture without a key, signed or not", async () => {
    const signed = await signUrl("/trips/lisbon.jpg?w=100", { kid: "k1", key: KEY });
    expect(await outcome(service, "/trips/lisbon.jpg")).toEqual([503, "not_configured"]);
    expect(await outcome(service, "/trips/lisbon.jpg?preset=thumbnail")).toEqual([
      503,
      "not_configured",
    ]);
    expect(await outcome(service, signed)).toEqual([503, "not_configured"]);
  });

  it("is healthy, is not ready, and has no start page", async () => {
    expect((await fetch(`${service.url}/_/health`)).status).toBe(200);
    expect(await outcome(service, "/_/ready")).toEqual([503, "not_configured"]);
    expect(await outcome(service, "/")).toEqual([503, "not_configured"]);
  });

  it("sets nowhere a weaker mode than `required`", () => {
    const toml = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
    expect(toml.replace(/#.*$/gm, "")).not.toMatch(/SIGNING|LOCAL_DEVELOPMENT|ALLOWED_HOSTS/);
  });
});

describe("with a key, and nothing else set", () => {
  let service: Service;
  beforeAll(async () => {
    service = await serve({ SIGNING_KEYS: `k1:${KEY},k2:${OTHER}` });
  });
  afterAll(() => service?.dispose());

  it.each(["", "?w=100", "?preset=thumbnail", "?kid=k1", "?explain=1", "?sig="])(
    "refuses an unsigned %s",
    async (query) => {
      const [status] = await outcome(service, `/trips/lisbon.jpg${query}`);
      expect([400, 401]).toContain(status);
    },
  );

  it("refuses unsigned requests also for what is in the cache", async () => {
    const signed = await signUrl("/trips/lisbon.jpg?w=90", { kid: "k1", key: KEY });
    expect((await outcome(service, signed))[0]).toBe(200);
    expect((await outcome(service, signed))[0]).toBe(200);
    expect(await outcome(service, "/trips/lisbon.jpg?w=90")).toEqual([401, "signature_missing"]);
  });

  it("answers the vector of the contract", async () => {
    const sig = "lEvALfv5wXQc3mnA5foPNESTb-Omksv58c6mTjB5jQU";
    expect(await outcome(service, `/trips/lisbon.jpg?kid=k1&sig=${sig}`)).toEqual([200, undefined]);
    expect(await outcome(service, `/trips/lisbon.jpg?sig=${sig}&kid=k1&utm_source=x`)).toEqual([
      200,
      undefined,
    ]);
    expect(await outcome(service, `/trips/lisbon.jpg?kid=k2&sig=${sig}`)).toEqual([
      403,
      "signature_wrong",
    ]);
    expect(await outcome(service, `/trips/lisbon.jpg?kid=k9&sig=${sig}`)).toEqual([
      403,
      "unknown_key",
    ]);
    expect(await outcome(service, `/trips/lisbon.jpg?kid=k1&w=9&sig=${sig}`)).toEqual([
      403,
      "signature_wrong",
    ]);
    expect(await outcome(service, `/trips/porto.jpg?kid=k1&sig=${sig}`)).toEqual([
      403,
      "signature_wrong",
    ]);
    expect(await outcome(service, `/trips/lisbon.jpg?kid=k1&sig=${sig.slice(1)}`)).toEqual([
      400,
      "malformed_signature",
    ]);
  });

  it("looks at values only after the signature holds", async () => {
    expect(await outcome(service, "/trips/lisbon.jpg?w=999999")).toEqual([
      401,
      "signature_missing",
    ]);
  });

  it("answers an expired URL with 410, and clamps caching to the time that is left", async () => {
    const soon = Math.floor(Date.now() / 1000) + 100;
    const path = "/trips/lisbon.jpg?w=91";
    const past = await signUrl(path, { kid: "k1", key: KEY, exp: 1_000_000_000 });
    expect(await outcome(service, past)).toEqual([410, "expired"]);
    const response = await fetch(
      service.url + (await signUrl(path, { kid: "k1", key: KEY, exp: soon })),
    );
    const cacheControl = response.headers.get("Cache-Control")!;
    const [, maxAge] = /max-age=(\d+)/.exec(cacheControl)!;
    expect(Number(maxAge)).toBeLessThanOrEqual(100);
    expect(cacheControl).toContain("stale-while-revalidate=0, stale-if-error=0");
    expect(response.headers.get("CDN-Cache-Control")).toBe(cacheControl);
  });

  it("keeps one entry for all signatures of a transform", async () => {
    const path = "/trips/lisbon.jpg?w=92";
    const exp = Math.floor(Date.now() / 1000) + 1000;
    await outcome(service, await signUrl(path, { kid: "k1", key: KEY }));
    for (const options of [
      { kid: "k2", key: OTHER },
      { kid: "k1", key: KEY, exp },
    ]) {
      const response = await fetch(service.url + (await signUrl(path, options)));
      expect(response.headers.get("Cache-Status")).toContain("hit");
    }
  });
});

describe("in presets mode", () => {
  let service: Service;
  beforeAll(async () => {
    service = await serve({ SIGNING: "presets", SIGNING_KEYS: `k1:${KEY}` });
  });
  afterAll(() => service?.dispose());

  it("an unsigned request names a preset and carries nothing else", async () => {
    expect(await outcome(service, "/trips/lisbon.jpg?preset=thumbnail")).toEqual([200, undefined]);
    expect(await outcome(service, "/trips/lisbon.jpg?p=thumbnail&utm_medium=x")).toEqual([
      200,
      undefined,
    ]);
    expect(await outcome(service, "/trips/lisbon.jpg?preset=thumbnail&w=10")).toEqual([
      401,
      "signature_missing",
    ]);
    expect(await outcome(service, "/trips/lisbon.jpg?w=10")).toEqual([401, "signature_missing"]);
    const signed = await signUrl("/trips/lisbon.jpg?preset=thumbnail&w=10", {
      kid: "k1",
      key: KEY,
    });
    expect(await outcome(service, signed)).toEqual([200, undefined]);
  });
});

describe("a configuration that is wrong", () => {
  it.each([
    { SIGNING: "of" },
    { SIGNING_KEYS: "k1:abcd" },
    { ALLOWED_HOSTS: "*", SIGNING: "off" },
    { EDGE_CACHE: "memcached" },
  ])("%j answers 503 and says nothing of its values", async (bindings) => {
    const service = await serve(bindings as Record<string, string>);
    try {
      const response = await fetch(`${service.url}/trips/lisbon.jpg`);
      const text = await response.text();
      expect([response.status, JSON.parse(text).code]).toEqual([503, "not_configured"]);
      expect(text).not.toContain("abcd");
    } finally {
      await service.dispose();
    }
  });
});
