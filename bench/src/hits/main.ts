/** `npm --prefix bench run hits`: the hits alone, in a minute; kept with the last whole run, if there is one. */
import { hitsVerdict } from "../goals.ts";
import { throughHits } from "../hits.ts";
import { hitsTable } from "../report/hits.ts";
import { lastResults, saveResults } from "../results.ts";

const hits = await throughHits({ quick: process.argv.includes("--quick") });
if (typeof hits !== "string") console.log(hitsTable(hits));
const { work, measured, goal, met } = hitsVerdict(hits);
console.log(`${work}: ${measured} (goal ${goal}, ${met ? "met" : "not met"})`);
const last = await lastResults().catch(() => undefined);
if (last) await saveResults({ ...last, hits });
