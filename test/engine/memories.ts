/** Bytes of every memory that modules are made with, in a test file that calls this. */
import { afterEach, beforeEach, expect } from "vitest";

const PAGE_BYTES = 65_536;

/** Emptied before each test. A memory that could grow fails: what it comes to would not be seen. */
export function watchMemories(): number[] {
  const made: number[] = [];
  const Memory = WebAssembly.Memory;
  beforeEach(() => {
    made.length = 0;
    WebAssembly.Memory = class extends Memory {
      constructor(descriptor: { initial: number; maximum?: number }) {
        super(descriptor);
        expect(descriptor.maximum).toBe(descriptor.initial);
        made.push(descriptor.initial * PAGE_BYTES);
      }
    } as typeof Memory;
  });
  afterEach(() => {
    WebAssembly.Memory = Memory;
  });
  return made;
}
