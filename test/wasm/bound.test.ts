import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
// @ts-expect-error: a script of the build, without types
import { bounded, leastPages } from "../../wasm/bound.mjs";
import { compiled } from "../engine/modules.ts";

const { resolve } = createRequire(import.meta.url);
const file = (path: string) => readFileSync(new URL(`../../wasm/${path}`, import.meta.url));

/** A module by hand: `spin(n)` turns a loop n times, `more(n)` grows the memory by n pages, `size()` tells its pages. */
const SMALL = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 10, 2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 1, 0x7f], // types: (i32) → i32, () → i32
  ...[3, 4, 3, 0, 0, 1],
  ...[5, 3, 1, 0, 1], // one page
  ...[
    7, 22, 3, 4, 0x73, 0x70, 0x69, 0x6e, 0, 0, 4, 0x6d, 0x6f, 0x72, 0x65, 0, 1, 4, 0x73, 0x69, 0x7a,
    0x65, 0, 2,
  ],
  ...[10, 30, 3],
  // loop: n -= 1; again while n; then 7
  ...[16, 0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x41, 7, 0x0b],
  ...[6, 0, 0x20, 0, 0x40, 0, 0x0b],
  ...[4, 0, 0x3f, 0, 0x0b],
]);

interface Small {
  readonly fuel: { value: number };
  readonly full: { value: number };
  readonly most: { value: number };
  spin(turns: number): number;
  more(pages: number): number;
  size(): number;
}

function instance(pages: number): Small {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled(bounded(SMALL)), { env: { memory } });
  const small = exports as unknown as Small;
  small.most.value = pages;
  small.fuel.value = 1000;
  return small;
}

describe("a module that is given an end", () => {
  it("does the same, as long as it has steps: one a call, one a turn", () => {
    const small = instance(1);
    expect(small.spin(998)).toBe(7);
    expect(small.fuel.value).toBe(1);
    expect(() => small.spin(1)).toThrow(WebAssembly.RuntimeError);
    expect(small.fuel.value).toBe(0);
  });

  it("traps where it would go on for ever", () => {
    expect(() => instance(1).spin(0)).toThrow(WebAssembly.RuntimeError);
  });

  it("has so much memory and no more, which was there from the start", () => {
    const small = instance(5);
    expect([small.size(), small.more(3), small.size(), small.full.value]).toEqual([1, 1, 4, 0]);
    expect([small.more(2), small.full.value, small.size()]).toEqual([-1, 1, 4]);
    expect([small.more(1), small.size()]).toEqual([4, 5]);
  });

  it("says how much memory it needs at least", () => {
    expect(leastPages(SMALL)).toBe(1);
  });

  it.each([
    ["resvg/resvg.wasm", "@resvg/resvg-wasm/index_bg.wasm"],
    ["jxl-decoder/jxl-decoder.wasm", "@jsquash/jxl/codec/dec/jxl_dec.wasm"],
  ])("is committed as it is made: %s", (made, source) => {
    expect(Buffer.compare(file(made), bounded(readFileSync(resolve(source))))).toBe(0);
  });
});
