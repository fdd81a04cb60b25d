/** The section on hits of `docs/benchmarks.md`. */
import type { HitRound, HitSide, Hits } from "../results.ts";
import { median } from "../statistics.ts";
import { table } from "./table.ts";

export function hitsSection(hits: Hits | string): string[] {
  if (typeof hits === "string") return [`Not measured: ${hits}`];
  const { bytes, connections, rounds } = hits;
  return [
    `The same ${(bytes / 1000).toFixed(0)} KB through two Workers, each in a workerd of its own: *ours* is the deployment's own bundle with \`SIGNING=required\`, asked for one signed URL that is in its edge cache; *bare* is an empty Hono Worker that answers from \`caches.default\`. ${connections} connections that stay open, ${rounds.length} rounds in turns. The client is a closed loop on sockets on the same machine.`,
    "Both are asked at their own sockets, without the Worker in JavaScript that Miniflare puts in front of its usual port: with it, both sides take longer and look more alike. What `caches.default` costs here is Miniflare's cache (JavaScript, SQLite and files in the same process), on both sides; where the cache is cheaper, the same Gateway weighs more. So read the difference in CPU time first: that is the Gateway's own.",
    hitsTable(hits),
    `Ours ÷ bare, round by round: ${spread(rounds, ({ ours, bare }) => ours.rate / bare.rate)}. The bare Worker beside itself, which is the noise: ${spread(rounds, ({ again, bare }) => again.rate / bare.rate)}.`,
  ];
}

export function hitsTable({ rounds }: Hits): string {
  const sides: readonly (readonly [string, (round: HitRound) => readonly HitSide[]])[] = [
    ["ours: Gateway, signature checked", ({ ours }) => [ours]],
    ["bare: Hono and `caches.default`", ({ bare, again }) => [bare, again]],
  ];
  const right = "right" as const;
  return table(
    sides.map(([name, of]) => ({ name, all: rounds.flatMap(of) })),
    [
      { head: "Worker", of: ({ name }) => name },
      { head: "requests/s, median", align: right, of: ({ all }) => whole(median(all.map(rate))) },
      { head: "most", align: right, of: ({ all }) => whole(Math.max(...all.map(rate))) },
      {
        head: "workerd's CPU, µs a request, median",
        align: right,
        of: ({ all }) => whole(median(all.map(cpu))),
      },
      { head: "least", align: right, of: ({ all }) => whole(Math.min(...all.map(cpu))) },
    ],
  );
}

const rate = (side: HitSide) => side.rate;
const cpu = (side: HitSide) => side.cpu;
const whole = (value: number) => value.toFixed(0);
const percent = (value: number) => `${(value * 100).toFixed(0)} %`;

function spread(rounds: readonly HitRound[], of: (round: HitRound) => number): string {
  const all = rounds.map(of);
  return `${percent(median(all))} (${percent(Math.min(...all))}–${percent(Math.max(...all))})`;
}
