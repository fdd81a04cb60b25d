import { describe, expect, it } from "vitest";
import { stepsOf } from "../../../src/image/describe.ts";
import type { SourceFormat } from "../../../src/image/facts.ts";
import { peakBytes } from "../../../src/image/memory.ts";
import { handedBytes } from "../../../src/image/memory-pictor-out.ts";
import { MAX_BLOCK_BYTES, METADATA_BYTES } from "../../../src/image/metadata/blocks.ts";
import { planOf } from "../../../src/image/plan.ts";
import { resolve } from "../../../src/params/resolve.ts";
import { factsOf } from "../facts.ts";

function plan(
  source: SourceFormat,
  format: "jpeg" | "png" | "webp" | "avif" | "gif" | "jxl",
  metadata: string,
) {
  const { format: _, ...wishes } = resolve({ width: 400, metadata: metadata as "keep" });
  const facts = factsOf(1600, 1200, { format: source });
  return planOf(wishes, format, facts, 100_000, peakBytes);
}

describe("a plan that keeps metadata", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "as %s costs its blocks, and the file twice",
    (format) => {
      const [none, kept] = [plan("jpeg", format, "none"), plan("jpeg", format, "keep")];
      expect(none.output.metadata).toBeUndefined();
      expect(kept.output.metadata).toBe("keep");
      expect(kept.peakBytes - none.peakBytes).toBeGreaterThanOrEqual(METADATA_BYTES);
      expect(kept.peakBytes).toBeGreaterThanOrEqual(METADATA_BYTES + 2 * handedBytes(kept.output));
    },
  );

  it("has room for three blocks, one of them as text, and for what is written of them", () => {
    expect(METADATA_BYTES).toBeGreaterThan(3 * MAX_BLOCK_BYTES + 2 * MAX_BLOCK_BYTES + 8 * 2 ** 16);
  });

  it("is like any other where source or result have no place for it", () => {
    for (const [source, format] of [
      ["gif", "webp"],
      ["jxl", "jpeg"],
      ["bmp", "png"],
      ["jpeg", "gif"],
      ["jpeg", "jxl"],
    ] as const) {
      expect(plan(source, format, "keep")).toEqual(plan(source, format, "none"));
      expect(stepsOf(plan(source, format, "keep")).join()).not.toContain("metadata");
    }
  });
});
