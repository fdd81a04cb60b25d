/** `pictor purge`: asks a deployment to forget pictures, in as many requests as it takes, and waits until it has. */
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { parseArgs } from "node:util";
import {
  type Batch,
  type List,
  type PurgeWorld,
  sendAll,
  settled,
  type Target,
} from "./purge-client.ts";

const HELP = `Usage: npx pictor purge --url <https://img.example.com> <what> [options]

The token comes from PURGE_TOKEN in the environment. What to purge; each may be given several times:

  --source <key or URL>   everything made from this picture, also as an overlay: trips/lisbon.jpg
  --tag <tag>             everything with this Cache-Tag
  --prefix <folder/>      all sources below a folder: /trips/
  --preset <name>         what was asked for by this preset
  --format <name>         answers of this format: avif, webp, jpeg, png, gif, jxl, json
  --everything            all there is; needs --yes
  --file <path>           sources from a file, one a line; - reads stdin

  --soft                  mark stale: given once more while a new one is made
  --hard                  forbid (what a purge is without either)
  --yes                   yes, really everything
  --no-wait               do not wait until every place knows of it
  --help                  print this text

Exit codes: 0 purged, 1 failed (what was purged until then is said), 2 not understood.`;

/** What the user typed cannot be used. */
class UsageError extends Error {}

const LISTS = {
  source: "sources",
  tag: "tags",
  prefix: "prefixes",
  preset: "presets",
  format: "formats",
} as const satisfies Record<string, List>;
type Option = keyof typeof LISTS;

const WORLD = (): PurgeWorld => ({
  fetch,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  stdin: () => textOf(process.stdin),
  token: process.env.PURGE_TOKEN,
});

export type { PurgeWorld } from "./purge-client.ts";

/** The exit code. `args` follow `purge`. */
export async function purge(args: readonly string[], world: PurgeWorld = WORLD()): Promise<number> {
  try {
    const { values } = read(args);
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const target = targetOf(values.url, world.token);
    const batches = batchesOf(await namesOf(values, world), values);
    const last = await sendAll(batches, target, world);
    if (!values["no-wait"]) await settled(last, target, world);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`pictor purge: ${error.message}`);
    return 2;
  }
}

const names = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: "string" },
        ...{ source: names, tag: names, prefix: names, preset: names, format: names, file: names },
        ...{ everything: flag, soft: flag, hard: flag, yes: flag, "no-wait": flag },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}; see --help`);
    throw error;
  }
}

type Values = ReturnType<typeof read>["values"];

function targetOf(text: string | undefined, token: string | undefined): Target {
  if (text === undefined) throw new UsageError("--url is missing: whose pictures?");
  const url = URL.canParse(text) ? new URL("/_/purge", text) : undefined;
  const isLocal = url && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (!url || !(url.protocol === "https:" || (url.protocol === "http:" && isLocal))) {
    throw new UsageError(
      "--url takes an https URL, or an http one of this machine: the token goes there",
    );
  }
  if (url.username || url.password) throw new UsageError("--url takes no user name or password");
  if (!token?.trim())
    throw new UsageError("set PURGE_TOKEN in the environment: it is never an argument");
  return { url, token: token.trim() };
}

type Names = Readonly<Record<List, readonly string[]>>;

async function namesOf(values: Values, world: PurgeWorld): Promise<Names> {
  const files = await Promise.all((values.file ?? []).map((path) => linesOf(path, world)));
  const given = Object.fromEntries(
    (Object.keys(LISTS) as Option[]).map((option) => [LISTS[option], values[option] ?? []]),
  ) as Record<List, string[]>;
  return { ...given, sources: [...given.sources, ...files.flat()] };
}

async function linesOf(path: string, { stdin }: PurgeWorld): Promise<string[]> {
  const content = await (path === "-" ? stdin() : readFile(path, "utf8")).catch((cause) => {
    throw new UsageError(`"${path}" cannot be read`, { cause });
  });
  return content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** As many requests as it takes; the service has the same limits, counted after its own encoding. */
const MOST_NAMES = 100;
const MOST_BYTES = 6_000;

function batchesOf(given: Names, values: Values): Batch[] {
  if (values.soft && values.hard) throw new UsageError("--soft or --hard, not both");
  const all = values.everything === true;
  if ((all || given.prefixes.includes("/")) && !values.yes) {
    throw new UsageError("that purges everything: say --yes if you mean it");
  }
  const mode = values.soft ? "soft" : "hard";
  const entries = Object.entries(given).flatMap(([list, texts]) =>
    texts.map((name) => [list as List, name] as const),
  );
  // Everything has all the rest in it.
  if (all) return [{ body: { everything: true, mode }, count: 1 }];
  if (entries.length === 0) throw new UsageError("nothing to purge; see --help");
  return grouped(entries).map((group) => ({
    body: { ...listsOf(group), mode },
    count: group.length,
  }));
}

type Entry = readonly [list: List, name: string];

function grouped(entries: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const more = encodeURIComponent(entry[1].replace(/[\uD800-\uDFFF]/g, "xxx")).length + 4;
    const group = groups.at(-1);
    if (!group || group.length === MOST_NAMES || bytes + more > MOST_BYTES) {
      groups.push([entry]);
      bytes = more;
    } else {
      group.push(entry);
      bytes += more;
    }
  }
  return groups;
}

function listsOf(entries: readonly Entry[]): Partial<Record<List, string[]>> {
  const lists: Partial<Record<List, string[]>> = {};
  for (const [list, name] of entries) lists[list] = [...(lists[list] ?? []), name];
  return lists;
}
