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
import { avifTable, formatTables, moduleTable } from "./sections-formats.ts";

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
    "## CPU time, from JPEG to JPEG and WebP",
    "Least CPU time of ours ÷ that of sharp: median (least–most, number of pictures).",
    summaryTable(results),
    "![CPU time beside sharp by picture](img/bench-cpu-by-photo.svg)",
    "![CPU time by size](img/bench-cpu-by-size.svg)",
    "## All formats, all contenders",
    FORMATS,
    "![CPU time by format](img/bench-formats.svg)",
    ...formatTables(results),
    "## AVIF at equal quality",
    AVIF,
    "![AVIF: bytes at our score by CPU time](img/bench-avif.svg)",
    avifTable(results.avif),
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
    "## Modules",
    moduleTable(results),
    "## Pictures",
    photoTable(results),
    "## All rows from JPEG to JPEG and WebP: time",
    "Milliseconds, one job. Wall times are medians, on a machine that did other things too.",
    speedTable(results),
    "## The same rows: quality and memory",
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
- *Ours*: \`createEngine\` of \`src/engine/compose.ts\` in Node, as the Worker has it, with its budgets and pools; the source as a stream of 64 KiB chunks. *sharp*: \`rotate().resize()\` with shrink on load, then \`jpeg({ progressive, optimiseCoding: true, mozjpeg: false })\`, \`webp({ effort: 4 })\`, \`png({ compressionLevel: 6 })\` or \`avif({ effort: 0 })\`, its fastest.
- *jSquash*: decode, resize (Lanczos3), encode of whole pictures, one instance of each codec for all jobs, its own options; AVIF at speed 9, JXL at effort 3. *photon* (\`@cf-wasm/photon\`): the same with its \`resize\`; its JPEG is 4:4:4 and its WebP lossless, as it writes no others. *w-i-o* (\`wasm-image-optimization\`): \`optimizeImage\`, AVIF at speed 9. *ipx*: its server in a process of its own, asked over HTTP on this machine; the CPU time is that of its process (HTTP and reading the file included, the client not), with \`autoOrient\`, one thread, and sharp's own defaults otherwise: AVIF at effort 4.
- Same size for all; same quality, chroma and progressive scans where there is a choice. Quality is 80; for the AVIF of the others, whose scale is another one, 52.
- The reference is the picture decoded in full and then resized with Lanczos3, both by sharp. That favours sharp: its kernel, its rounding, its conversion of colour profiles.
- SSIMULACRA2 is \`calc-s2-rust\`'s, the mean over two tiles of at most 320 px.
- Where sharp's score is far below ours at one quality, its picture seems to be shifted against the reference by a part of a pixel, by its shrink on load of some odd sizes; that is not its coding. Photos with scores more than 3 apart make no fair curve of bytes against quality: they stand in the table, and do not count for the goal.`;

const MEMORY =
  "WASM memory, as counted in pages by whoever makes it, in one job on an engine (or in a process) that did nothing before. *Given* is the sum over all instances that the job made; *used* is up to the highest byte that was written of each. The others' is the sum over their instances, at the end. Rasters in JavaScript, which jSquash's users hold besides, are not in it.";

const FORMATS =
  "Least CPU time as ratios to sharp; below, KB with SSIMULACRA2 in brackets, and WASM memory in MB. One or two words in place of a number: the contender does not read or write that format (photon panics), or the service would refuse the job; – where it was not asked. photon's negative scores are of pictures that lie on their side: it does not turn them. Where sharp did not do it, milliseconds stand in place of the others' ratios.";

const AVIF =
  "Photos of 8 to 13 MP to 800 px, of those where sharp's shrink on load does not shift the picture. Ours at quality 80; every setting of the others at the quality that reaches our score (from a curve over quality 45, 60 and 75), and timed there, with decoding and resize. *KB at our score* are interpolated on that curve. In bold, their fastest setting that needs at most 1 % more bytes than ours, or, where none does, the one that comes nearest: these count for the goals. In the plot, numbers are sharp's efforts and jSquash's speeds; lower and further left is better.";

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
