import { describe, expect, it } from "vitest";
import { PictorError } from "../../src/errors.ts";
import { assertScope, bearerOf, type PurgeTargets, readTokens } from "../../src/policy/tokens.ts";

const MAIN = "correct-horse-battery";
const CMS = "cms-secret-0123456789";

const read = (PURGE_TOKENS: string, PURGE_TOKEN = "") => readTokens({ PURGE_TOKEN, PURGE_TOKENS });

function refusal(work: () => unknown): PictorError {
  try {
    work();
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("the settings", () => {
  it("are none, one that may do all, or several with scopes", () => {
    expect(read("")).toEqual([]);
    expect(read("", ` ${MAIN} `)).toEqual([
      { name: "PURGE_TOKEN", secret: MAIN, scopes: [{ kind: "*" }] },
    ]);
    expect(read(`cms:${CMS}:source+prefix:/blog/+tag:a:b, ops:${MAIN}:*`)).toEqual([
      {
        name: "cms",
        secret: CMS,
        scopes: [
          { kind: "source" },
          { kind: "prefix", value: "/blog/" },
          { kind: "tag", value: "a:b" },
        ],
      },
      { name: "ops", secret: MAIN, scopes: [{ kind: "*" }] },
    ]);
  });

  it.each([
    ["cms", "name:secret:scope+scope"],
    [`cms:${CMS}`, "name:secret:scope+scope"],
    [`c ms:${CMS}:*`, "names of 1 to 64"],
    ["cms:short:*", "secrets of at least 16 characters"],
    ["cms:with blanks and so on:*", "secrets of A-Z"],
    [`cms:${CMS}:`, "scopes of *"],
    [`cms:${CMS}:all`, "scopes of *"],
    [`cms:${CMS}:source+`, "scopes of *"],
    [`cms:${CMS}:source:/a.jpg`, "scopes of *"],
    [`cms:${CMS}:prefix`, "scopes of *"],
    [`cms:${CMS}:prefix:/blog`, "scopes of *"],
    [`cms:${CMS}:prefix:blog/`, "scopes of *"],
    [`cms:${CMS}:prefix:/blog/../`, "scopes of *"],
    [`cms:${CMS}:prefix:/blog/%2e%2e/`, "scopes of *"],
    [`cms:${CMS}:toString:x`, "scopes of *"],
    [`cms:${CMS}:*,cms:${MAIN}:*`, "a name of its own"],
    [`cms:${CMS}:*,ops:${CMS}:*`, "a secret of its own"],
    [`cms:${CMS}:*,`, "name:secret:scope+scope"],
  ])("refuse %s", (text, expected) => {
    const { code, info, message } = refusal(() => read(text));
    expect([code, info.param]).toEqual(["not_configured", "PURGE_TOKENS"]);
    expect(info.expected).toContain(expected);
    expect(message + info.received).not.toMatch(new RegExp(`${CMS}|${MAIN}|short|blanks`));
  });

  it("want 16 characters of PURGE_TOKEN too, but in local development", () => {
    expect(refusal(() => read("", "dev")).info.param).toBe("PURGE_TOKEN");
    const local = readTokens({ PURGE_TOKEN: "dev", PURGE_TOKENS: "" }, true);
    expect(local[0]?.secret).toBe("dev");
  });
});

describe("a bearer", () => {
  const tokens = read(`cms:${CMS}:source`, MAIN);
  const code = (header: string | null, known = tokens) =>
    bearerOf(header, known).then(
      ({ name }) => name,
      (error: PictorError) => error.code,
    );

  it.each([
    [`Bearer ${MAIN}`, "PURGE_TOKEN"],
    [`bearer  ${CMS} `, "cms"],
    [null, "token_missing"],
    ["", "token_missing"],
    ["Bearer", "token_missing"],
    [`Basic ${MAIN}`, "token_missing"],
    [MAIN, "token_missing"],
    [`Bearer ${MAIN}x`, "token_wrong"],
    [`Bearer ${MAIN.slice(1)}`, "token_wrong"],
    ["Bearer cms", "token_wrong"],
  ])("with %s is %s", async (header, outcome) => {
    expect(await code(header)).toBe(outcome);
  });

  it("is refused while there are no tokens, whatever it bears", async () => {
    expect([await code(`Bearer ${MAIN}`, []), await code(null, [])]).toEqual([
      "token_wrong",
      "token_wrong",
    ]);
  });
});

describe("a scope", () => {
  const nothing = {
    sources: [],
    tags: [],
    prefixes: [],
    presets: [],
    formats: [],
    everything: false,
  };
  const allows = (scopes: string, targets: Partial<PurgeTargets>) => {
    const [token] = read(`t:${CMS}:${scopes}`);
    try {
      assertScope(token!, { ...nothing, ...targets });
      return true;
    } catch (error) {
      expect((error as PictorError).code).toBe("token_wrong");
      return false;
    }
  };

  it.each<[string, Partial<PurgeTargets>, boolean]>([
    ["*", { everything: true, tags: ["x"] }, true],
    ["everything", { everything: true }, true],
    ["everything", { sources: ["/a.jpg"] }, false],
    ["source", { sources: ["/a.jpg"] }, true],
    ["source", { prefixes: ["/a/"] }, false],
    ["source", { sources: ["/a.jpg"], everything: true }, false],
    ["prefix:/blog/", { sources: ["/blog/a.jpg"], prefixes: ["/blog/", "/blog/2024/"] }, true],
    ["prefix:/blog/", { sources: ["/blogger.jpg"] }, false],
    ["prefix:/blog/", { sources: ["/blog/a.jpg", "/a.jpg"] }, false],
    ["prefix:/blog/", { prefixes: ["/"] }, false],
    ["prefix:/blog/", { tags: ["source:/blog/a.jpg"] }, false],
    ["prefix:/s%c3%a3o/", { sources: ["/s%C3%A3o/a.jpg"] }, true],
    ["prefix:/são/", { sources: ["/s%C3%A3o/a.jpg"] }, true],
    ["prefix:/@x/", { sources: ["/@x/a.jpg", "/%40x/b.jpg"] }, true],
    ["tag", { tags: ["x", "source:/a.jpg"] }, true],
    ["tag:x", { tags: ["x"] }, true],
    ["tag:x", { tags: ["x", "y"] }, false],
    ["preset:card", { presets: ["card"] }, true],
    ["preset:card", { presets: ["hero"] }, false],
    ["format+preset", { presets: ["hero"], formats: ["avif"] }, true],
    ["format:avif", { formats: ["webp"] }, false],
  ])("of %s: %j is %s", (scopes, targets, yes) => {
    expect(allows(scopes, targets)).toBe(yes);
  });

  it("says what the token may, and what was asked", () => {
    const [token] = read(`cms:${CMS}:prefix:/blog/+tag`);
    const { info, message } = refusal(() =>
      assertScope(token!, { ...nothing, sources: ["/a.jpg"] }),
    );
    expect(message).toBe('The token "cms" does not allow this.');
    expect(info).toMatchObject({
      param: "sources",
      expected: "targets within prefix:/blog/, tag",
      received: "/a.jpg",
    });
  });
});
