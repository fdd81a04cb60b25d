import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricsOf, serverTiming } from "../../src/http/server-timing.ts";

describe("serverTiming", () => {
  it("reports counts where the clock stands still", () => {
    const metrics = metricsOf(
      { decode: 1, resize: 2, encode: 1 },
      { decode: 0, resize: 0, encode: 0 },
    );
    expect(serverTiming(metrics)).toBe('decode;desc="n=1", resize;desc="n=2", encode;desc="n=1"');
  });

  it("reports times beside counts where it runs", () => {
    const metrics = metricsOf({ decode: 1 }, { decode: 12.3456, total: 40 });
    expect(serverTiming(metrics)).toBe('decode;desc="n=1";dur=12.3, total;dur=40');
  });

  it.each([0, -1, 0.04, Number.NaN, Number.POSITIVE_INFINITY])("omits a time of %d", (duration) => {
    expect(serverTiming([{ name: "edge", duration }])).toBe("edge");
  });

  it("is absent when there is nothing to say", () => {
    expect(serverTiming([])).toBeUndefined();
  });

  it("escapes descriptions and makes names tokens", () => {
    expect(serverTiming([{ name: "a b,c;d", description: 'say "hi" \\ \r\nX: y é' }])).toBe(
      'a-b-c-d;desc="say \\"hi\\" \\\\ ??X: y ?"',
    );
    expect(serverTiming([{ name: "" }])).toBe("-");
  });

  it("is not fooled by names of an object's own members", () => {
    expect(serverTiming(metricsOf({ constructor: 1 }, { toString: 2 }))).toBe(
      'constructor;desc="n=1", toString;dur=2',
    );
  });

  it("always makes a header that keeps to the grammar", () => {
    const metric = fc.record(
      {
        name: fc.string({ unit: "binary" }),
        duration: fc.double(),
        description: fc.string({ unit: "binary" }),
      },
      { requiredKeys: ["name"] },
    );
    const one = String.raw`[\w!#$%&'*+.^\`|~-]+(;desc="([^"\\]|\\["\\])*")?(;dur=\d+(\.\d|e\+\d+|\.\d+e\+\d+)?)?`;
    const grammar = new RegExp(`^${one}(, ${one})*$`);
    fc.assert(
      fc.property(fc.array(metric, { minLength: 1, maxLength: 5 }), (metrics) => {
        const text = serverTiming(metrics)!;
        expect(text).toMatch(grammar);
        expect(new Headers({ "Server-Timing": text }).get("Server-Timing")).toBe(text);
      }),
    );
  });
});
