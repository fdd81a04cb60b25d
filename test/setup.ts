/**
 * Before every test file: fast-check draws the same cases in every run, so that a failure comes from the change and not
 * from chance. PICTOR_SEED draws others: a whole number of 32 bits, or `random`. A test that states a seed keeps it.
 */
import fc from "fast-check";

const FIXED = 6;

function seedOf(text: string | undefined): number | undefined {
  if (text === "random") return undefined;
  const seed = text === undefined || text === "" ? FIXED : Number(text);
  if (seed === (seed | 0)) return seed;
  throw new Error(`PICTOR_SEED must be a whole number of 32 bits, or "random", not "${text}".`);
}

const seed = seedOf(process.env.PICTOR_SEED);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
