import { describe, expect, it } from "vitest";
import { type Entry, parseManifest } from "../../../src/cli/corpus/manifest.ts";
import { mutants, mutationSources } from "../../../src/cli/corpus/mutate.ts";
import { psnr, scaledDown } from "../../../src/cli/corpus/oracle.ts";
import { CliError } from "../../../src/cli/failure.ts";

describe("the manifest", () => {
  it("is read by the names of its columns", () => {
    const text =
      "path\tbytes\twidth\theight\tformat\tfeatures\texpected\tmore\njpeg/a.jpg\t7\t3\t2\tjpeg\tbaseline\tdecodes\tx\n";
    expect(parseManifest(text)).toEqual([
      {
        path: "jpeg/a.jpg",
        category: "jpeg",
        bytes: 7,
        format: "jpeg",
        width: 3,
        height: 2,
        features: "baseline",
        expected: "decodes",
      },
    ]);
    expect(() => parseManifest("path\tbytes\n")).toThrow(CliError);
  });
});

describe("damaged copies", () => {
  const file = Uint8Array.from({ length: 2000 }, (_, i) => i % 251);

  it("are the same in every run, and differ from the file and from each other", () => {
    const run = (seed: number) => [...mutants(file, seed)].map((mutant) => mutant.join());
    expect(run(1)).toEqual(run(1));
    expect(new Set([...run(1), ...run(2), file.join()]).size).toBe(41);
  });

  it("are cut short one time in five, and otherwise changed in at most 20 bytes", () => {
    const all = [...mutants(file, 5)];
    expect(all.filter(({ length }) => length < file.length)).toHaveLength(all.length / 5);
    for (const mutant of all.filter(({ length }) => length === file.length)) {
      expect(mutant.filter((byte, i) => byte !== file[i]).length).toBeLessThanOrEqual(20);
    }
  });

  it("are made of a few small files of each format", () => {
    const entries = Array.from({ length: 40 }, (_, i) => ({
      path: String(i),
      format: i % 2 ? "png" : "jpeg",
      bytes: i < 20 ? 1000 : 100_000,
    })) as Entry[];
    const chosen = mutationSources(entries);
    expect(chosen.map(({ format }) => format).join()).toBe("jpeg,jpeg,jpeg,png,png,png");
    expect(chosen.every(({ bytes }) => bytes === 1000)).toBe(true);
    expect(mutationSources([])).toEqual([]);
  });
});

describe("the oracle", () => {
  it("scales down to a width and never up, to at least 1 px", () => {
    expect(scaledDown({ width: 1000, height: 307 }, 200)).toEqual({ width: 200, height: 61 });
    expect(scaledDown({ width: 100, height: 30 }, 200)).toEqual({ width: 100, height: 30 });
    expect(scaledDown({ width: 5000, height: 2 }, 200)).toEqual({ width: 200, height: 1 });
  });

  it("sees alpha, and no colour where nothing is to be seen", () => {
    const one = (...data: number[]) => ({ width: 1, height: 1, data: Buffer.from(data) });
    expect(psnr(one(9, 8, 7, 0), one(200, 100, 0, 0))).toBe(100);
    expect(psnr(one(0, 0, 0, 255), one(0, 0, 0, 0))).toBeCloseTo(3.01, 1);
    expect(psnr(one(0, 0, 0, 255), one(255, 255, 255, 255))).toBeCloseTo(0, 5);
    expect(psnr(one(100, 100, 100, 255), one(101, 101, 101, 255))).toBeCloseTo(48.13, 1);
  });
});
