import { describe, expect, it } from "vitest";
import { cors, preflight } from "../../src/http/cors.ts";

const ANY = { origins: ["*"] };
const LIST = { origins: ["https://a.example", "https://b.example:8443"] };
const NOBODY = { origins: [] };

describe("cors", () => {
  it.each([null, "https://a.example", "null", "garbage\u0000"])(
    "shares with everybody, whoever asks (%s)",
    (origin) => {
      const { headers, varies } = cors(ANY, origin);
      expect(headers["Access-Control-Allow-Origin"]).toBe("*");
      expect(headers["Timing-Allow-Origin"]).toBe("*");
      expect(varies).toBe(false);
    },
  );

  it.each(LIST.origins)("names the listed origin %s, and varies", (origin) => {
    const { headers, varies } = cors(LIST, origin);
    expect(headers["Access-Control-Allow-Origin"]).toBe(origin);
    expect(headers["Timing-Allow-Origin"]).toBe(origin);
    expect(varies).toBe(true);
  });

  it.each([
    null,
    "",
    "null",
    "https://evil.example",
    "https://a.example.evil.example",
    "https://a.example:443",
    "http://a.example",
    "https://a.example/",
    "HTTPS://A.EXAMPLE",
    "https://b.example",
    "https://a.example, https://b.example:8443",
    "*",
  ])("varies, and shares with nobody else (%s)", (origin) => {
    const { headers, varies } = cors(LIST, origin);
    expect(headers).toEqual({ "Cross-Origin-Resource-Policy": "cross-origin" });
    expect(varies).toBe(true);
  });

  it("never trusts the null origin by name", () => {
    expect(cors({ origins: ["null"] }, "null").headers).not.toHaveProperty(
      "Access-Control-Allow-Origin",
    );
  });

  it("shares with nobody when nobody is listed", () => {
    expect(cors(NOBODY, "https://a.example").headers).not.toHaveProperty(
      "Access-Control-Allow-Origin",
    );
  });

  it("lets pages read what they need", () => {
    const exposed = cors(ANY, null).headers["Access-Control-Expose-Headers"]!.split(", ");
    expect(exposed).toEqual(
      expect.arrayContaining(["ETag", "Content-Length", "Cache-Status", "Server-Timing"]),
    );
    expect(exposed).not.toContain("*");
  });

  it("allows embedding from anywhere", () => {
    for (const config of [ANY, LIST, NOBODY])
      expect(cors(config, null).headers["Cross-Origin-Resource-Policy"]).toBe("cross-origin");
  });
});

describe("preflight", () => {
  it("answers 204 with methods, headers and how long to remember them", () => {
    const response = preflight(ANY, "https://x.example");
    expect(response.status).toBe(204);
    expect(response.body).toBeNull();
    expect(response.headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("If-None-Match");
    expect(response.headers.get("Access-Control-Max-Age")).toBe("86400");
    expect(response.headers.get("Vary")).toBeNull();
    expect(response.headers.get("Content-Length")).toBeNull();
  });

  it("does not allow an origin that is not listed", () => {
    const response = preflight(LIST, "https://evil.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("Vary")).toBe("Origin");
    expect(
      [...response.headers.keys()].filter((name) => name.startsWith("access-control-")),
    ).toEqual([]);
  });

  it("varies for a listed origin", () => {
    const response = preflight(LIST, "https://a.example");
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://a.example");
    expect(response.headers.get("Vary")).toBe("Origin");
  });
});
