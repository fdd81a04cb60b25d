/** `docs/benchmarks.md`. */
import { verdicts } from "../goals.ts";
import type { Results, Through } from "../results.ts";
import { hitsSection } from "./hits.ts";
import { kept } from "./keep.ts";
import {
  goalTable,
  photoTable,
  qualityTable,
  rateTable,
  requestTable,
  speedTable,
  summaryTable,
} from "./sections.ts";

const NOTES =
  "(Nothing written yet: what is worse than asked, where the time goes, what was tried.)";

/** `old`: the page as it was, whose notes are kept. */
export function page(results: Results, old: string | undefined): string {
  return `${[
    "# Benchmarks",
    intro(results),
    "## Against the goals",
    goalTable(verdicts(results)),
    "## What is worse than asked, and why",
    kept(old, NOTES),
    "## CPU time",
    "Least CPU time of ours ÷ that of sharp: median (least–most, number of pictures).",
    summaryTable(results),
    "![CPU time beside sharp by picture](img/bench-cpu-by-photo.svg)",
    "![CPU time by size](img/bench-cpu-by-size.svg)",
    "## Memory",
    MEMORY,
    "![WASM memory by size of the source](img/bench-memory.svg)",
    "## Bytes at equal quality",
    RATE,
    "![Bytes by SSIMULACRA2](img/bench-rate.svg)",
    rateTable(results.rates),
    "## Whole requests through workerd",
    ...requests(results.workerd),
    "## Hits",
    ...hitsSection(results.hits),
    "## Pictures",
    photoTable(results),
    "## All rows: time",
    "Milliseconds, one job. Wall times are medians, on a machine that did other things too.",
    speedTable(results),
    "## All rows: quality and memory",
    "Quality 80. PSNR in dB and SSIMULACRA2 against the full-decode reference; memory in MB (10⁶ bytes).",
    qualityTable(results),
    ...failures(results),
  ].join("\n\n")}\n`;
}

function intro({ machine, rounds, seconds, quick, fromCorpus, photos }: Results): string {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  return [
    "This page is made by `npm run bench` (Linux; some ten minutes on two cores; `npm run bench -- --quick` takes few pictures and few rounds). Only the notes are written by hand, and kept.",
    quick ? "**This was a quick run: its numbers are rough.**" : "",
    fromCorpus
      ? ""
      : "**The picture corpus was not there: these are the project's own small samples, and derivatives of them.**",
    `Measured on:\n\n${facts.join("\n")}\n- ${photos.length} pictures, up to ${rounds} timed rounds a row, ${Math.round(seconds / 60)} minutes in all`,
    METHOD,
  ]
    .filter(Boolean)
    .join("\n\n");
}

const METHOD = `How it is measured:

- One process, one thread each (\`sharp.concurrency(1)\`, \`sharp.cache(false)\`), warm, contenders in turns. CPU time is user + system of the whole process (\`process.cpuUsage\`; for workerd, utime + stime in \`/proc\`), so what V8's compilers and libvips' threads take counts too. Ratios are of the least times.
- *Ours*: \`src/engine/pictor\` in Node on \`wasm/engine/engine.wasm\`, the source as a stream of 64 KiB chunks. *sharp*: \`rotate().resize()\` with shrink on load, then \`jpeg({ progressive, optimiseCoding: true, mozjpeg: false })\` or \`webp({ effort: 4 })\`. *jSquash*: decode, resize, encode of whole pictures, with the service's own encoder options (mozjpeg's trellis off, WebP method 4); to 800 px, for pictures below 13 MP only. Same size, quality, chroma and progressive scans for all.
- The reference is the picture decoded in full and then resized with Lanczos3, both by sharp. That favours sharp: its kernel, its rounding, its conversion of colour profiles.
- SSIMULACRA2 is \`calc-s2-rust\`'s, the mean over two tiles of at most 320 px.
- Where sharp's score is far below ours at one quality, its picture seems to be shifted against the reference by a part of a pixel, by its shrink on load of some odd sizes; that is not its coding. Photos with scores more than 3 apart make no fair curve of bytes against quality: they stand in the table, and do not count for the goal.`;

const MEMORY =
  "*Given* is the memory of the instance that the plan asks for, which is what the isolate pays; *used* is what the job wrote of it. jSquash's is the sum of its decoder and encoders, fresh for each row; its resizer's, and the rasters in JavaScript, come on top.";

const RATE =
  "Photos at 800 px with quality 60, 70, 80, 90. The ratio is ours ÷ sharp in bytes, the geometric mean over the scores that both reach (logarithm of bytes, linear between points); – where the curves have no score in common.";

function requests(workerd: Through | string): string[] {
  if (typeof workerd === "string") return [`Not measured: ${workerd}`];
  const runs = workerd.first.map(([first, ...rest]) => {
    const later = rest.map(({ wall, cpu }) => `${wall.toFixed(0)} (${cpu})`).join(", ");
    return `- ${first!.wall.toFixed(0)} (${first!.cpu}); then ${later}`;
  });
  return [
    "The deployment's own bundle in workerd: router, edge cache, the original over HTTP from another process, the engine, the variant into R2 after the answer; a new URL each time, so nothing is cached. Miniflare's R2 is SQLite and files in workerd itself, which production does not have: the last column tells what reading the original from it takes besides. Node's V8 is older than workerd's.",
    requestTable(workerd.rows),
    `The first requests of fresh processes, ${workerd.firstPhoto} → 800 px WebP, in ms of wall time (and of CPU time, in steps of 10 ms), one process a line:`,
    runs.join("\n"),
  ];
}

function failures({ failures: all }: Results): string[] {
  return all.length ? ["## Failed", all.map((failure) => `- ${failure}`).join("\n")] : [];
}
