import { describe, expect, it } from "vitest";
import { authorize, type SigningMode } from "../../../src/policy/signature/authorize.ts";
import type { SigningKeys } from "../../../src/policy/signature/keys.ts";
import { sign } from "../../../src/policy/signature/verify.ts";
import { codeOf, errorOf, k1, keys, read } from "./fixtures.ts";

const NOW = Date.UTC(2029, 0, 1);
const SECONDS = NOW / 1000;
const NO_KEYS: SigningKeys = new Map();

const ask = (mode: SigningMode, path: string, ring = keys) =>
  authorize({ mode, keys: ring, read: read(path), now: NOW });
const code = (mode: SigningMode, path: string, ring = keys) => codeOf(() => ask(mode, path, ring));
const signed = async (path: string) => `${path}&sig=${await sign(read(path), k1)}`;

describe("SIGNING=required", () => {
  it("grants a signed URL and says by which key", async () => {
    expect(await ask("required", await signed("/a.jpg?w=1&kid=k1"))).toEqual({
      signed: true,
      kid: "k1",
    });
  });

  it("grants until exp and says when that is", async () => {
    const path = await signed(`/a.jpg?kid=k1&exp=${SECONDS + 1}`);
    expect(await ask("required", path)).toEqual({ signed: true, kid: "k1", exp: SECONDS + 1 });
  });

  it.each(["/a.jpg", "/a.jpg?preset=thumb", "/a.jpg?kid=k1", "/a.jpg?w=1&utm_source=x", "/"])(
    "refuses %s, unsigned",
    async (path) => {
      const error = await errorOf(() => ask("required", path));
      expect(error?.status).toBe(401);
      expect(error?.info.fix).toBeTruthy();
    },
  );

  it("answers nothing without a key: not unsigned, not signed, not by preset", async () => {
    for (const path of ["/a.jpg", "/a.jpg?preset=a", await signed("/a.jpg?kid=k1")]) {
      const error = await errorOf(() => ask("required", path, NO_KEYS));
      expect(error?.code).toBe("not_configured");
      expect(error?.status).toBe(503);
    }
  });

  it("is what an unknown mode means", async () => {
    expect(await code("of" as SigningMode, "/a.jpg")).toBe("signature_missing");
    expect(await code(undefined as unknown as SigningMode, "/a.jpg?p=a")).toBe("signature_missing");
  });
});

describe("exp", () => {
  it.each([
    [SECONDS - 1, "expired"],
    [SECONDS, "expired"], // as in RFC 7519: on or after
    [SECONDS + 1, undefined],
    [0, "expired"],
    [9_999_999_999, undefined],
    [10_000_000_000, "bad_parameter"],
    [NOW + 1000, "bad_parameter"], // milliseconds
    ["", "bad_parameter"],
    ["-1", "bad_parameter"],
    ["1e9", "bad_parameter"],
    ["1893456000.5", "bad_parameter"],
    ["0x7fffffff", "bad_parameter"],
    ["+1893456000", "bad_parameter"],
    ["1893456000%20", "bad_parameter"],
    ["%D9%A1%D9%A2%D9%A3", "bad_parameter"], // digits, but Arabic ones
    ["never", "bad_parameter"],
    ["9".repeat(400), "bad_parameter"],
  ])("%s, signed, is %s", async (exp, expected) => {
    expect(await code("required", await signed(`/a.jpg?kid=k1&exp=${exp}`))).toBe(expected);
  });

  it("counts down to the millisecond", async () => {
    const path = await signed(`/a.jpg?kid=k1&exp=${SECONDS}`);
    const at = (now: number) =>
      codeOf(() => authorize({ mode: "required", keys, read: read(path), now }));
    expect(await at(NOW - 1)).toBeUndefined();
    expect(await at(NOW)).toBe("expired");
  });

  it.each(["exp=1", "exp=never"])(
    "is not looked at before the signature holds: %s",
    async (exp) => {
      const other = await signed("/a.jpg?kid=k1");
      expect(await code("required", `${other}&${exp}`)).toBe("signature_wrong");
      expect(await code("required", `/a.jpg?${exp}`)).toBe("signature_missing");
      expect(await code("presets", `/a.jpg?p=a&${exp}`)).toBe("signature_missing");
    },
  );
});

describe("SIGNING=presets", () => {
  it.each(["preset=thumb", "p=thumb", "p=thumb&utm_source=x&fbclid=y", "preset=a&p=b"])(
    "lets %s pass unsigned",
    async (query) => {
      expect(await ask("presets", `/a.jpg?${query}`)).toEqual({ signed: false });
      expect(await ask("presets", `/a.jpg?${query}`, NO_KEYS)).toEqual({ signed: false });
    },
  );

  it.each([
    ["", "no preset"],
    ["utm_source=x", "no preset"],
    ["w=1", "w without a signature"],
    ["preset=thumb&w=1", "w without a signature"],
    ["preset=thumb&v", "v without a signature"],
    ["preset=thumb&kid=k1", "kid without a signature"],
    ["preset=thumb&exp=1893456000", "exp without a signature"],
    ["PRESET=thumb", "PRESET without a signature"],
  ])("wants a signature for ?%s", async (query, received) => {
    const error = await errorOf(() => ask("presets", `/a.jpg?${query}`));
    expect(error?.status).toBe(401);
    expect(error?.info.received).toBe(received);
    expect(error?.info.fix).toBeTruthy();
  });

  it("checks a signature that is there, also beside a preset", async () => {
    const path = await signed("/a.jpg?preset=thumb&kid=k1");
    expect(await ask("presets", path)).toEqual({ signed: true, kid: "k1" });
    expect(await code("presets", path.replace("thumb", "large"))).toBe("signature_wrong");
    expect(await code("presets", "/a.jpg?preset=thumb&sig=")).toBe("malformed_signature");
    expect(await code("presets", path, NO_KEYS)).toBe("unknown_key");
    const expired = await signed(`/a.jpg?w=1&kid=k1&exp=${SECONDS}`);
    expect(await code("presets", expired)).toBe("expired");
  });
});

describe("SIGNING=off", () => {
  it.each(["/a.jpg", "/a.jpg?w=1", "/a.jpg?w=1&kid=k9&sig=nonsense"])("grants %s", async (path) => {
    expect(await ask("off", path)).toEqual({ signed: false });
    expect(await ask("off", path, NO_KEYS)).toEqual({ signed: false });
  });

  it("still honours exp", async () => {
    expect(await ask("off", `/a.jpg?exp=${SECONDS + 9}`)).toEqual({
      signed: false,
      exp: SECONDS + 9,
    });
    expect(await code("off", `/a.jpg?exp=${SECONDS}`)).toBe("expired");
    expect(await code("off", "/a.jpg?exp=soon")).toBe("bad_parameter");
  });
});
