import { describe, expect, it } from "vitest";
import { createProgress } from "../../src/cli/local/progress.ts";

function record(isTTY: boolean, total: number) {
  const written: string[] = [];
  let now = 1000;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = createProgress("Loading:", output, () => now);
  for (let done = 1; done <= total; done++) {
    now += 10;
    progress.update(done, total);
  }
  progress.end();
  return written;
}

describe("progress", () => {
  it("is one line on a terminal, written over a few times a second, gone at the end", () => {
    const written = record(true, 400);
    expect(written.length).toBeGreaterThan(10);
    expect(written.length).toBeLessThan(100);
    expect(written.join("")).not.toContain("\n");
    expect(written.at(-2)).toContain("400 of 400");
    expect(written.at(-1)).toBe("\r\x1b[2K");
  });

  it("is a line now and then in a log", () => {
    expect(record(false, 600)).toEqual([
      "Loading: 250 of 600\n",
      "Loading: 500 of 600\n",
      "Loading: 600 of 600\n",
    ]);
  });

  it("keeps silent about a handful", () => {
    expect([...record(true, 11), ...record(false, 11)]).toEqual([]);
  });
});
