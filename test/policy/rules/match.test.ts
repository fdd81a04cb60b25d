import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ERROR_STATUSES,
  errorTtl,
  mismatch,
  ruleFor,
  type Subject,
} from "../../../src/policy/rules/match.ts";
import { readRules } from "../../../src/policy/rules/read.ts";
import { BUILT_IN_RULE } from "../../../src/policy/rules.ts";

const context = { file: "f", mounts: ["/", "/blog/"], presets: ["card", "hero"] };
const rulesOf = (...definitions: object[]) => readRules(definitions, context);
const subject = (changes: Partial<Subject> = {}): Subject => ({
  path: "/trips/lisbon.jpg",
  mount: "/",
  format: "avif",
  status: 200,
  ...changes,
});

describe("the rule of a request", () => {
  it("is the first that matches", () => {
    const rules = rulesOf(
      { name: "blog", match: { mount: "/blog/" } },
      { name: "trips", match: { path: "/trips/**" } },
      { name: "all" },
    );
    expect(ruleFor(rules, subject()).name).toBe("trips");
    expect(ruleFor(rules, subject({ path: "/x.jpg" })).name).toBe("all");
    expect(ruleFor(rules, subject({ path: "/trips/x.jpg", mount: "/blog/" })).name).toBe("blog");
  });

  it("is the built-in one where none matches", () => {
    expect(ruleFor([], subject())).toBe(BUILT_IN_RULE);
    expect(ruleFor(rulesOf({ name: "a", match: { preset: "card" } }), subject())).toBe(
      BUILT_IN_RULE,
    );
  });

  it("needs all conditions, and one entry of each", () => {
    const rules = rulesOf({
      name: "a",
      match: { path: ["/x/**", "/trips/**"], format: ["webp", "avif"], preset: ["card", "hero"] },
    });
    const name = (changes: Partial<Subject>) => ruleFor(rules, subject(changes)).name;
    expect(name({ preset: "card" })).toBe("a");
    expect(name({ preset: "hero", path: "/x/y/z.png", format: "webp" })).toBe("a");
    expect(name({})).toBe("built-in");
    expect(name({ preset: "card", format: "base" })).toBe("built-in");
    expect(name({ preset: "card", path: "/other.jpg" })).toBe("built-in");
  });

  it("reads paths decoded, as they are written", () => {
    const rules = rulesOf(
      { name: "city", match: { path: "/trips/são paulo/*" } },
      { name: "host", match: { mount: "remote", path: "/https://img.example.com/**" } },
    );
    const path = `/trips/${encodeURIComponent("são paulo")}/a.jpg`;
    expect(ruleFor(rules, subject({ path })).name).toBe("city");
    const remote = `/${encodeURIComponent("https://img.example.com/a/b.jpg?x=1")}`;
    expect(ruleFor(rules, subject({ path: remote, mount: undefined })).name).toBe("host");
    const other = `/${encodeURIComponent("https://img.example.com.evil.example/a.jpg")}`;
    expect(ruleFor(rules, subject({ path: other, mount: undefined })).name).toBe("built-in");
  });

  it("takes a URL without format for the source's own", () => {
    const rules = rulesOf({ name: "own", match: { format: "own" } });
    expect(ruleFor(rules, subject({ format: undefined })).name).toBe("own");
  });
});

describe("rules that name a status", () => {
  const rules = rulesOf(
    {
      name: "gone-trips",
      match: { path: "/trips/**", status: [404, 410] },
      negativeTtl: { "4xx": "5m" },
    },
    { name: "errors", match: { status: "4xx" }, negativeTtl: { "404": 7, "4xx": 3 } },
    { name: "pictures", match: { status: "2xx" }, edgeTtl: 5 },
    { name: "rest", negativeTtl: { "5xx": 9 } },
  );

  it("count for those answers only", () => {
    expect(ruleFor(rules, subject({ status: 404 })).name).toBe("gone-trips");
    expect(ruleFor(rules, subject({ status: 415 })).name).toBe("errors");
    expect(ruleFor(rules, subject({ status: 200 })).name).toBe("pictures");
    expect(ruleFor(rules, subject({ status: 502 })).name).toBe("rest");
  });

  it("are in the negative TTLs of the rule of the 200, so that one order tells all", () => {
    const rule = ruleFor(rules, subject());
    const ttls = Object.fromEntries(
      ERROR_STATUSES.map((status) => [status, errorTtl(rule, status)]),
    );
    expect(ttls).toMatchObject({ 404: 300, 410: 300, 415: 3, 422: 3, 412: 0, 416: 0, 502: 0 });
    expect(rule).toMatchObject({ name: "pictures", edgeTtl: 5 });
  });

  it("agree with the rule that the error itself comes under, for every error and any rules", () => {
    const status = fc.constantFrom(404, 410, 415, 422, 502, 504, "4xx", "5xx");
    const ttl = fc.dictionary(fc.constantFrom("404", "415", "4xx", "5xx", "502"), fc.nat(50));
    const definition = fc.record(
      { match: fc.record({ status: fc.uniqueArray(status, { minLength: 1 }) }), negativeTtl: ttl },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(definition, { maxLength: 5 }), (definitions) => {
        const some = rulesOf(...definitions.map((fields, at) => ({ name: `r${at}`, ...fields })));
        const picture = ruleFor(some, subject());
        for (const code of ERROR_STATUSES) {
          const own = ruleFor(some, subject({ status: code }));
          expect([code, errorTtl(picture, code)]).toEqual([code, errorTtl(own, code)]);
        }
      }),
    );
  });
});

describe("how long an error lives", () => {
  it("is told by its status, then by its class, else it is not kept", () => {
    const rule = { negativeTtl: { "404": 60, "4xx": 10 } };
    expect([404, 415, 502].map((status) => errorTtl(rule, status))).toEqual([60, 10, 0]);
  });

  it("is nothing for what one request header or one moment decided", () => {
    const rule = { negativeTtl: { "4xx": 10, "5xx": 10 } };
    const ttls = [412, 416, 500, 503, 508, 502, 504].map((status) => errorTtl(rule, status));
    expect(ttls).toEqual([0, 0, 0, 0, 0, 10, 10]);
  });
});

describe("why a rule does not match", () => {
  it.each([
    [{ status: 404 }, {}, "its status is 200, not 404"],
    [{ mount: "/blog/" }, {}, "its mount is /, not /blog/"],
    [{ mount: "/" }, { mount: undefined }, "its mount is remote, not /"],
    [{ format: ["webp", "png"] }, {}, "its format is avif, not webp or png"],
    [{ preset: "card" }, {}, "its preset is none, not card"],
    [{ path: "/x/*" }, { path: "/a%20b.jpg" }, "its path /a b.jpg does not match /x/*"],
    [{ path: "/trips/*" }, {}, undefined],
  ])("%j", (match, changes, why) => {
    const [rule] = rulesOf({ name: "a", match });
    expect(mismatch(rule!.match, subject(changes))).toBe(why);
  });
});
