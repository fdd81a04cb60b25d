/** `pictor purge`: asks a deployment to forget pictures, in as many requests as it takes, and waits until it has. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { CliError } from "./failure.ts";

const HELP = `Usage: npx pictor purge --url <https://img.example.com> <what> [options]

The token comes from PURGE_TOKEN in the environment. What to purge; each may be given several times:

  --source <key or URL>   everything made from this picture, also as an overlay: trips/lisbon.jpg
  --tag <tag>             everything with this Cache-Tag
  --prefix <folder/>      all sources below a folder: /trips/
  --preset <name>         what was asked for by this preset
  --format <name>         answers of this format: avif, webp, jpeg, png, gif, json
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
} as const;
type Option = keyof typeof LISTS;
type List = (typeof LISTS)[Option];

interface Batch {
  readonly body: Readonly<Partial<Record<List, string[]>> & { everything?: true; mode: string }>;
  readonly count: number;
}

/** What the world gives; tests give something else. */
export interface PurgeWorld {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stdin: () => Promise<string>;
  readonly token: string | undefined;
}

const WORLD = (): PurgeWorld => ({
  fetch,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  stdin: () => textOf(process.stdin),
  token: process.env.PURGE_TOKEN,
});

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

interface Target {
  readonly url: URL;
  readonly token: string;
}

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

interface Answer {
  readonly id: string;
  readonly mode: string;
  readonly bound: { readonly edge: number; readonly browser: string };
  readonly workersCache?: string;
}

/** One after the other: a service that refuses the first need not refuse them all. */
async function sendAll(
  batches: readonly Batch[],
  target: Target,
  world: PurgeWorld,
): Promise<Answer> {
  let last: Answer | undefined;
  for (const [index, batch] of batches.entries()) {
    const place = batches.length === 1 ? "" : `${index + 1} of ${batches.length}: `;
    last = await send(batch, target, world).catch((error: unknown) => {
      throw new CliError(`pictor purge: ${place}${messageOf(error)}${undone(batches, index)}`);
    });
    const what = batch.body.everything
      ? "everything"
      : `${batch.count} ${batch.count === 1 ? "target" : "targets"}`;
    console.log(`${place}${what}, ${last.mode}: ${last.id}`);
  }
  return last!;
}

function undone(batches: readonly Batch[], failed: number): string {
  if (batches.length === 1) return "";
  const done = batches.slice(0, failed).reduce((sum, { count }) => sum + count, 0);
  const all = batches.reduce((sum, { count }) => sum + count, 0);
  return `\n${done} of ${all} targets were purged before that.`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const MOST_TRIES = 4;
const TIMEOUT_MS = 15_000;

/** Tried again with the same key, so that a purge that was written already is not written twice. */
async function send({ body }: Batch, target: Target, world: PurgeWorld): Promise<Answer> {
  const key = randomUUID();
  for (let tries = 1; ; tries++) {
    const tried = await attempt(JSON.stringify(body), key, target, world);
    if ("answer" in tried) return tried.answer;
    if (!tried.again || tries === MOST_TRIES) throw new Error(tried.problem);
    await world.sleep(Math.max(tried.waitMs, 500 * 2 ** tries));
  }
}

type Tried =
  | { readonly answer: Answer }
  | { readonly problem: string; readonly again: boolean; readonly waitMs: number };

async function attempt(
  body: string,
  key: string,
  { url, token }: Target,
  world: PurgeWorld,
): Promise<Tried> {
  try {
    const response = await world.fetch(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        "Idempotency-Key": key,
      },
      body,
      // The token is for this host alone.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { answer: (await response.json()) as Answer };
    const again = response.status === 429 || response.status >= 500;
    const waitMs = Math.min(60, Number(response.headers.get("Retry-After")) || 0) * 1000;
    return { problem: await problemOf(response), again, waitMs };
  } catch (error) {
    return { problem: `${url.host} does not answer: ${messageOf(error)}`, again: true, waitMs: 0 };
  }
}

async function problemOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { title, detail, param, expected, received, fix } = problem;
  const words = [
    detail ?? title ?? "no purge there",
    param && `${param}:`,
    expected && `expected ${expected}`,
    received && `received ${received}`,
    fix && `try ${fix}`,
  ];
  return `${response.status}: ${words.filter(Boolean).join(" ")}`;
}

/** Sleeps the bound out, and asks whether the last record is in force; a little longer where clocks differ. */
async function settled({ id, bound }: Answer, target: Target, world: PurgeWorld): Promise<void> {
  console.log(`waiting ${bound.edge} s until every place knows …`);
  await world.sleep(bound.edge * 1000);
  for (let tries = 1; !(await isInForce(id, target, world)); tries++) {
    if (tries === MOST_TRIES) {
      throw new CliError(
        `pictor purge: ${id} was written, but ${target.url.host} does not say that it is in force`,
      );
    }
    await world.sleep(1000);
  }
  console.log(`in force. Browsers: ${bound.browser}`);
}

async function isInForce(id: string, { url, token }: Target, world: PurgeWorld): Promise<boolean> {
  try {
    const response = await world.fetch(new URL(`/_/purge/${id}`, url), {
      headers: { Authorization: `Bearer ${token}` },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok && ((await response.json()) as { inForce?: boolean }).inForce === true;
  } catch {
    return false;
  }
}
