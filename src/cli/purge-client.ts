/** `pictor purge` on the wire: each request is tried again with the same key, and the last one is waited for. */
import { randomUUID } from "node:crypto";
import { CliError } from "./failure.ts";

export type List = "sources" | "tags" | "prefixes" | "presets" | "formats";

/** One request. */
export interface Batch {
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

export interface Target {
  readonly url: URL;
  readonly token: string;
}

interface Answer {
  readonly id: string;
  readonly mode: string;
  readonly bound: { readonly edge: number; readonly browser: string };
  readonly workersCache?: string;
}

/** One after the other: a service that refuses the first need not refuse them all. */
export async function sendAll(
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
export async function settled(
  { id, bound }: Answer,
  target: Target,
  world: PurgeWorld,
): Promise<void> {
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
