import { describe, expect, it } from "vitest";
import { createInstance, type EngineInstance } from "../../../src/engine/pictor/instance.ts";
import { PictorError } from "../../../src/errors.ts";
import { MODULE_BYTES } from "../../../src/image/memory-pictor.ts";
import { FAKE, fakeModule } from "./fake-engine.ts";
import { module } from "./module.ts";

const MEMORY = 1 << 20;
const JOB = new Uint8Array(8).fill(7);

function run(instance: EngineInstance, source: Uint8Array): Uint8Array {
  instance.start(JOB);
  expect(instance.feed(source, true)).toBe(true);
  return instance.output();
}

function errorOf(work: () => unknown): PictorError {
  try {
    work();
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  return expect.unreachable();
}

const bytes = (...start: number[]) => Uint8Array.from(start);
const long = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) & 127);

describe("an instance", () => {
  it("has a memory that cannot grow", () => {
    const { memory } = createInstance(fakeModule, MEMORY);
    expect(memory.buffer.byteLength).toBe(MEMORY);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  it("takes a source in any pieces, more than fits into one call too", () => {
    const source = long(300_000);
    expect(Buffer.compare(run(createInstance(fakeModule, MEMORY), source), source)).toBe(0);
    const slow = createInstance(fakeModule, MEMORY);
    slow.start(JOB);
    for (let at = 0; at < source.length; at += 1000) {
      expect(slow.feed(source.subarray(at, at + 1000), false)).toBe(false);
    }
    expect(slow.feed(new Uint8Array(0), true)).toBe(true);
    expect(Buffer.compare(slow.output(), source)).toBe(0);
  });

  it("says at once when it needs no more, and is given no more", () => {
    const instance = createInstance(fakeModule, MEMORY);
    instance.start(JOB);
    const source = long(200_000);
    source[0] = FAKE.doneEarly;
    expect(instance.feed(source, false)).toBe(true);
    expect(instance.output().length).toBeLessThan(100_000);
  });

  it("gives out a copy, which the next job does not change", () => {
    const instance = createInstance(fakeModule, MEMORY);
    const first = run(instance, bytes(1, 2, 3));
    instance.scrub();
    run(instance, bytes(9, 9, 9, 9));
    expect(first).toEqual(bytes(1, 2, 3));
  });

  it("is as new when scrubbed, whatever was written", () => {
    const fresh = new Uint8Array(createInstance(fakeModule, MEMORY).memory.buffer);
    const instance = createInstance(fakeModule, MEMORY);
    run(instance, bytes(FAKE.stain));
    const used = new Uint8Array(instance.memory.buffer);
    expect(used.at(-1)).toBe(0xaa);
    expect(Buffer.compare(used, fresh)).not.toBe(0);
    instance.scrub();
    expect(Buffer.compare(used, fresh)).toBe(0);
    expect(instance.usable).toBe(true);
    expect(run(instance, bytes(5, 6))).toEqual(bytes(5, 6));
  });

  it("fails with what the module says, and is dead afterwards", () => {
    const instance = createInstance(fakeModule, MEMORY);
    const error = errorOf(() => run(instance, bytes(FAKE.fail, 2)));
    expect(error.code).toBe("unsupported_format");
    expect(error.message).toBe("The picture is broken.");
    expect(instance.usable).toBe(false);
  });

  it.each([
    ["a trap", FAKE.trap],
    ["an exhausted stack", FAKE.exhaustStack],
  ])("is dead after %s, which is told as a broken picture", (_, first) => {
    const instance = createInstance(fakeModule, MEMORY);
    expect(errorOf(() => run(instance, bytes(first))).code).toBe("broken_image");
    expect(instance.usable).toBe(false);
  });

  it("passes on no more of a failure's text than a line of printable characters", () => {
    const source = bytes(FAKE.failWithSource, 10, 0, 27, 65, 66);
    const { message } = errorOf(() => run(createInstance(fakeModule, MEMORY), source));
    expect(message).toMatch(/^[ -~]{1,210}$/);
    expect(message).toContain("???AB");
  });

  it("is over capacity when the machine has no such memory", () => {
    const error = errorOf(() => createInstance(fakeModule, 2 ** 40));
    expect(error.code).toBe("over_capacity");
    expect(error.info.retryAfter).toBeGreaterThan(0);
  });
});

describe("the engine's module", () => {
  it("has as much static data as the plan counts", () => {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 16 });
    const { exports } = new WebAssembly.Instance(module, { env: { memory, engine_throw() {} } });
    (exports._initialize as () => void)();
    const heapBase = (exports.engine_heap_base as () => number)();
    expect(heapBase).toBeLessThanOrEqual(MODULE_BYTES);
    expect(heapBase).toBeGreaterThan(MODULE_BYTES * 0.8);
  });
});
