import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import {
  allowsAnyHost,
  assertAllowed,
  assertNotSelf,
  isAllowed,
  parseAllowedHosts,
  parseSourceUrl,
} from "../../src/policy/sources.ts";

function errorOf(work: () => unknown): PictorError {
  try {
    work();
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const allowed = (url: string, list: string) => isAllowed(new URL(url), parseAllowedHosts(list));

describe("the allow-list", () => {
  it("matches an exact host, whatever its case, script and trailing dots", () => {
    const list = "img.Example.com, münchen.de";
    for (const url of [
      "https://img.example.com/a.jpg",
      "http://img.example.com/a.jpg",
      "HTTPS://IMG.EXAMPLE.COM./a.jpg",
      "https://img.example.com:443/",
      "https://xn--mnchen-3ya.de/",
      "https://MÜNCHEN.de/",
      "https://ｉｍｇ.example.com/",
    ]) {
      expect(allowed(url, list), url).toBe(true);
    }
  });

  it("does not take a prefix, a suffix or a user name for the host", () => {
    const list = "example.com,*.cdn.example.com";
    for (const url of [
      "https://example.com.evil.com/",
      "https://evilexample.com/",
      "https://evil-example.com/",
      "https://img.example.com/",
      "https://evil.com/example.com",
      "https://evil.com/?https://example.com",
      "https://evil.com#example.com",
      "https://example.com@evil.com/",
      "https://example.com%2eevil.com/",
      "https://evil.com\\@example.com/",
      "https://evilcdn.example.com/",
      "https://cdn.example.com/",
      "https://examplezcom/",
      "ftp://example.com/",
      "data:image/png;base64,AAAA",
      "file://example.com/etc/passwd",
    ]) {
      expect(allowed(url, list), url).toBe(false);
    }
  });

  it("takes a wildcard for any depth below, not for the host itself", () => {
    expect(allowed("https://a.cdn.example.com/", "*.cdn.example.com")).toBe(true);
    expect(allowed("https://a.b.c.cdn.example.com/", "*.cdn.example.com")).toBe(true);
    expect(allowed("https://cdn.example.com/", "*.cdn.example.com")).toBe(false);
  });

  it("allows the default port alone unless the entry names one", () => {
    expect(allowed("https://a.com:8443/", "a.com")).toBe(false);
    expect(allowed("https://a.com:8443/", "a.com:8443")).toBe(true);
    expect(allowed("https://a.com/", "a.com:8443")).toBe(false);
    expect(allowed("https://a.com/", "a.com:443")).toBe(true);
    expect(allowed("http://a.com/", "a.com:443")).toBe(false);
    expect(allowed("http://a.com:443/", "a.com")).toBe(false);
    expect(allowed("https://x.a.com:8443/", "*.a.com:8443")).toBe(true);
    expect(allowed("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443")).toBe(true);
  });

  it("refuses credentials even on an allowed host", () => {
    expect(allowed("https://user@a.com/", "a.com")).toBe(false);
    expect(allowed("https://user:pass@a.com/", "*")).toBe(false);
    expect(allowed("https://:pass@a.com/", "*")).toBe(false);
  });

  it("takes * for every public host and no private one", () => {
    expect(allowed("https://a.com/", "*")).toBe(true);
    for (const host of ["127.1", "localhost.", "10.0.0.1", "[::1]", "metadata.google.internal"]) {
      expect(allowed(`http://${host}/`, "*"), host).toBe(false);
    }
    expect(allowsAnyHost(parseAllowedHosts("a.com,*"))).toBe(true);
    expect(allowsAnyHost(parseAllowedHosts("*.a.com"))).toBe(false);
  });

  it("refuses a private host that the list names", () => {
    expect(allowed("http://127.0.0.1:9000/", "127.0.0.1:9000,localhost")).toBe(false);
    expect(allowed("http://localhost/", "localhost")).toBe(false);
  });

  it("allows nothing when it is empty", () => {
    expect(parseAllowedHosts(" , ,")).toEqual([]);
    expect(allowed("https://a.com/", "")).toBe(false);
  });

  it("is refused as a whole when one entry cannot be read, without quoting it", () => {
    for (const entry of [
      "https://secret.com",
      "secret.com/path",
      "secret*.com",
      "a.*.secret.com",
      "*secret.com",
      "**.secret.com",
      "u@secret.com",
      "secret com",
      "secret.com:0",
      "secret.com:65536",
      "secret.com:http",
      "*.",
      ".",
      "[::secret]",
    ]) {
      const error = errorOf(() => parseAllowedHosts(`a.com,${entry}`));
      expect(error.code, entry).toBe("not_configured");
      expect(error.info.detail).toBe("Entry 2 of ALLOWED_HOSTS cannot be read.");
      expect(JSON.stringify(error.info)).not.toContain("secret");
    }
  });

  it("agrees with a matcher of labels on any URL and list", () => {
    const label = fc.constantFrom("a", "b", "example", "evilexample", "com", "cdn");
    const host = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom("com", "net"))
      .map(([labels, tld]) => [...labels, tld].join("."));
    const port = fc.constantFrom("", ":80", ":443", ":8443");
    const prefix = fc.constantFrom("", "", "*.");
    const entry = fc.tuple(prefix, host, port).map((parts) => parts.join(""));
    const list = fc.array(fc.oneof(entry, entry, fc.constant("*")), { maxLength: 3 });
    const url = fc
      .tuple(fc.constantFrom("http://", "https://"), host, fc.constantFrom("", "."), port)
      .map((parts) => `${parts.join("")}/x.jpg`);
    fc.assert(
      fc.property(list, url, (entries, text) => {
        expect(allowed(text, entries.join(","))).toBe(entries.some((e) => reference(e, text)));
      }),
      { numRuns: 3000 },
    );
  });
});

/** Another way to the same answer: labels from the right, ports as text. */
function reference(entry: string, text: string): boolean {
  const [, scheme, hostText, portText] = /^(https?):\/\/([a-z.]+?)\.?(?::(\d+))?\/x\.jpg$/.exec(
    text,
  )!;
  const [, pattern, wanted] = /^([a-z.*]+?)(?::(\d+))?$/.exec(entry)!;
  const usual = scheme === "https" ? "443" : "80";
  if ((portText ?? usual) !== (wanted ?? usual)) return false;
  if (pattern === "*") return true;
  const want = pattern!.split(".").reverse();
  const have = hostText!.split(".").reverse();
  const wild = want.at(-1) === "*";
  if (wild ? have.length < want.length : have.length !== want.length) return false;
  return want.every((part, i) => part === "*" || part === have[i]);
}

describe("the assertion", () => {
  const rules = { list: parseAllowedHosts("secret.com"), selfHosts: ["img.example.com"] };

  it("answers 403 for the source, without the list", () => {
    const error = errorOf(() => assertAllowed(new URL("https://a.com/x"), rules));
    expect([error.code, error.status, error.info.param]).toEqual([
      "origin_not_allowed",
      403,
      "source",
    ]);
    expect(JSON.stringify(error.info)).not.toContain("secret");
  });

  it("lets an allowed source pass", () => {
    expect(() => assertAllowed(new URL("https://secret.com/x"), rules)).not.toThrow();
  });

  it("answers 508 for its own host in twelve spellings", () => {
    const any = { list: parseAllowedHosts("*"), selfHosts: ["img.example.com", "[2606:4700::1]"] };
    for (const url of [
      "https://img.example.com/x",
      "http://img.example.com/x",
      "https://IMG.example.COM/x",
      "https://img.example.com./x",
      "https://img.example.com../x",
      "https://img.example.com:443/x",
      "https://img.example.com:8443/x",
      "https://img%2Eexample.com/x",
      "https://img。example.com/x",
      "https://ｉmg.example.com/x",
      "https://user@img.example.com/x",
      "https://[2606:4700:0::0001]/x",
    ]) {
      const error = errorOf(() => assertAllowed(new URL(url), any));
      expect([error.code, error.status], url).toEqual(["loop", 508]);
    }
  });

  it("tells ports apart when a self host names one", () => {
    const self = ["127.0.0.1:8787"];
    expect(errorOf(() => assertNotSelf(new URL("http://127.1:8787/"), self)).code).toBe("loop");
    expect(() => assertNotSelf(new URL("http://127.0.0.1:9000/"), self)).not.toThrow();
    expect(errorOf(() => assertNotSelf(new URL("https://a.com/"), ["a.com:443"])).code).toBe(
      "loop",
    );
  });
});

describe("a remote source in the path", () => {
  it("is read to its URL without fragment and trailing dots", () => {
    expect(parseSourceUrl("https://A.com./x y.jpg?q=1#f").href).toBe("https://a.com/x%20y.jpg?q=1");
    expect(parseSourceUrl("HTTP://a.com").href).toBe("http://a.com/");
    expect(parseSourceUrl("https://a.com/%2e%2e/%252e").pathname).toBe("/%252e");
  });

  it("is refused where URL parsing would forgive", () => {
    for (const text of [
      "",
      "https:a.com/x",
      "https:/a.com/x",
      "https:///a.com/x",
      "//a.com/x",
      "/a.com/x",
      "a.com/x",
      " https://a.com/x",
      "https://a.com\\@b.com/",
      "https:\\\\a.com/",
      "https://a.com/\\..\\x",
      "https://a.com/\tx",
      "https://a.com/x\0",
      "ht\ntps://a.com/",
      "https://",
      "https://?x",
      "https://a b.com/",
      "https://[::1/",
      "javascript:alert(1)",
      "ftp://a.com/x",
      `https://a.com/${"x".repeat(9000)}`,
    ]) {
      const error = errorOf(() => parseSourceUrl(text));
      expect([error.code, error.info.param], JSON.stringify(text)).toEqual(["bad_url", "source"]);
    }
  });

  it("never throws anything else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (tail) => {
        try {
          parseSourceUrl(`https://${tail}`);
        } catch (error) {
          expect(error).toBeInstanceOf(PictorError);
        }
      }),
    );
  });
});
