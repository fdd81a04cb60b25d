/** The colour module gets the memory that is priced for a profile: enough, and not much more. */
import { describe, expect, it } from "vitest";
import { createColourTable } from "../../../src/engine/colour/table.ts";
import type { IccProfile } from "../../../src/image/colour/colours.ts";
import { colourModuleBytes } from "../../../src/image/memory-colour.ts";
import { readIcc } from "../../../src/image/probe/icc.ts";
import { tableProfile } from "../../image/probe/profiles.ts";
import { modules } from "../modules.ts";
import { factsOf, planOf } from "../plans.ts";

const PAGE_BYTES = 65_536;
const labOf = ([a = 0, b = 0, c = 0]: readonly number[]) => [100 * a, 50 * b, 50 * c] as const;

function priced(profile: IccProfile): number {
  const colour = profile.space === "cmyk" ? "cmyk" : "rgb";
  const facts = factsOf({ format: "jpeg", width: 8, height: 8, colour, colours: profile });
  return colourModuleBytes(planOf(facts));
}

/** The least that does, by halving. */
function least(profile: IccProfile, most: number): number {
  const table = createColourTable(modules.colour);
  const suffices = (pages: number) => {
    try {
      return (
        table({ kind: "table", profile, gamut: "display-p3" }, pages * PAGE_BYTES) !== undefined
      );
    } catch {
      return false; // Less than the module starts with.
    }
  };
  let [low, high] = [1, most / PAGE_BYTES];
  expect(suffices(high)).toBe(true);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle + 1;
  }
  return low * PAGE_BYTES;
}

describe("the colour module's memory", () => {
  it.each([
    ["CMYK", "mft1", 2],
    ["CMYK", "mft1", 17],
    ["CMYK", "mft2", 9],
    ["CMYK", "mft2", 17],
    ["CMYK", "mAB ", 17],
    ["RGB ", "mft1", 33],
    ["RGB ", "mft2", 33],
    ["RGB ", "mAB ", 51],
  ] as const)("suffices for a table of %s in %s with %i points a side", (space, kind, grid) => {
    const { colours } = readIcc(tableProfile(space, grid, labOf, kind));
    if (colours?.kind !== "profile") throw new Error("no profile of tables");
    const price = priced(colours);
    const needed = least(colours, price);
    console.log(`${space} ${kind} ${grid}: ${needed / 1024} KiB of ${price / 1024}`);
    expect(price).toBeLessThan(1.35 * needed + 2 * PAGE_BYTES);
  });
});
