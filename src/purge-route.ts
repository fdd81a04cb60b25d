/**
 * `POST /_/purge` writes a purge record; `GET /_/purge/<id>` tells what became of it. For operators with a bearer
 * token, never for pages: no CORS, nothing stored.
 */
import type { PurgeRecord, PurgeTargets } from "./cache/purge.ts";
import { TARGET_LISTS } from "./cache/purge-record.ts";
import { PictorError } from "./errors.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { problem } from "./http/problem.ts";
import type { SourceRules } from "./policy/mounts.ts";
import { assertScope, bearerOf, type PurgeToken } from "./policy/tokens.ts";
import type { Clock } from "./ports.ts";
import { MAX_BODY_BYTES, type Purge, parsePurge } from "./purge-body.ts";
import type { PlatformPurges, PlatformState } from "./stores/platform-purges.ts";
import type { R2PurgeLog } from "./stores/purges.ts";

export interface PurgeTools {
  readonly tokens: readonly PurgeToken[];
  /** Absent without a VARIANTS bucket, where the records lie. */
  readonly log: R2PurgeLog | undefined;
  /** Where sources come from; the host of the request is this service's own besides. */
  readonly sources: SourceRules;
  /** Names of all presets. */
  readonly presets: readonly string[];
  /** Seconds until every place knows of a purge. */
  readonly bound: number;
  /** Longest time that a browser may use an answer without asking, in seconds, of all rules. */
  readonly browserTtl: number;
  /** Workers Cache's own purge, where it is used. */
  readonly platform?: PlatformPurges | undefined;
  readonly now: Clock;
  /** For logs: a record holds the token's name and no secret. */
  readonly onPurge?: (record: PurgeRecord) => void;
}

export const PURGE_PATH = "/_/purge";

/** Never throws: what goes wrong is an answer. */
export async function purgeRoute(request: Request, tools: PurgeTools): Promise<Response> {
  const id = idIn(new URL(request.url).pathname);
  const allow = id === undefined ? ["POST"] : ["GET", "HEAD"];
  try {
    if (!allow.includes(request.method)) {
      throw new PictorError("method_not_allowed", { received: request.method });
    }
    const token = await bearerOf(request.headers.get("Authorization"), tools.tokens);
    const log = logOf(tools);
    if (id !== undefined) return await status(id, log, tools, request.method);
    return await purge(request, token, log, tools);
  } catch (error) {
    return refusal(error, request.method, allow);
  }
}

function idIn(pathname: string): string | undefined {
  return pathname.startsWith(`${PURGE_PATH}/`) ? pathname.slice(PURGE_PATH.length + 1) : undefined;
}

function logOf({ log }: PurgeTools): R2PurgeLog {
  if (log) return log;
  throw new PictorError("not_configured", {
    detail: "Purge records lie in the VARIANTS bucket, which is not bound.",
  });
}

async function purge(
  request: Request,
  token: PurgeToken,
  log: R2PurgeLog,
  tools: PurgeTools,
): Promise<Response> {
  const selfHosts = [new URL(request.url).host, ...tools.sources.selfHosts];
  const { presets } = tools;
  const rules = { sources: { ...tools.sources, selfHosts }, presets };
  const wanted = parsePurge(await readBody(request), rules);
  assertScope(token, wanted.targets);
  const key = idempotencyKey(request.headers);
  const by = token.name;
  const details = key === undefined ? { by } : { by, id: await idFor(token, key) };
  const record = await written(wanted, details, log);
  assertSame(record, wanted);
  tools.onPurge?.(record);
  const platform = await tools.platform?.purge(record);
  const headers = { Location: `${PURGE_PATH}/${record.id}` };
  const body = { ...shown(record), bound: boundOf(tools), ...workersCache(platform) };
  return answer(body, platform === "waiting" ? 202 : 200, headers);
}

async function written(
  { targets, mode }: Purge,
  details: { readonly id?: string; readonly by: string },
  log: R2PurgeLog,
): Promise<PurgeRecord> {
  try {
    return await log.append(targets, mode, details);
  } catch (cause) {
    const detail =
      "The purge was not confirmed. It may or may not be in force: send it again, with the same Idempotency-Key if it had one.";
    throw new PictorError("store_failed", { detail, retryAfter: 1 }, { cause });
  }
}

/** What was written under this key before must be what is asked for now. */
function assertSame(record: PurgeRecord, { targets, mode }: Purge): void {
  if (record.mode === mode && print(record) === print(targets)) return;
  throw new PictorError("bad_body", {
    param: "Idempotency-Key",
    expected: "a key of its own for each purge",
    received: "the key of a purge that named something else",
  });
}

const print = (targets: PurgeTargets) =>
  JSON.stringify([...TARGET_LISTS.map((list) => targets[list]), targets.everything]);

/** Whether the record is in force in this place, and whether it must be everywhere by now. */
async function status(
  id: string,
  log: R2PurgeLog,
  tools: PurgeTools,
  method: string,
): Promise<Response> {
  const here = (await log.records()).find((record) => record.id === id);
  const record = await found(id, log, here);
  const platform = await tools.platform?.stateOf(id);
  const body = {
    ...shown(record),
    inForce: here !== undefined,
    // A second for R2's clock and ours.
    everywhere: tools.now() >= record.uploaded + (tools.bound + 1) * 1000,
    bound: boundOf(tools),
    ...workersCache(platform),
  };
  const response = answer(body, 200);
  return method === "HEAD" ? new Response(null, response) : response;
}

async function found(
  id: string,
  log: R2PurgeLog,
  here: PurgeRecord | undefined,
): Promise<PurgeRecord> {
  const record = await log.find(id).catch((cause: unknown) => {
    if (here) return here;
    throw new PictorError("store_failed", { retryAfter: 1 }, { cause });
  });
  if (record) return record;
  throw new PictorError("not_found", {
    detail:
      "There is no such purge record. It never was, it is older than all that is stored, or newer records stand for it.",
  });
}

function shown(record: PurgeRecord): object {
  const named = TARGET_LISTS.filter((list) => record[list].length > 0);
  return {
    id: record.id,
    uploaded: record.uploaded,
    mode: record.mode,
    by: record.by,
    targets: {
      ...Object.fromEntries(named.map((list) => [list, record[list]])),
      ...(record.everything ? { everything: true } : {}),
    },
  };
}

function boundOf({ bound, browserTtl }: PurgeTools): object {
  const browser =
    browserTtl === 0
      ? "browsers ask each time"
      : `not reached: a browser may use what it has for as long as its rule says, at most ${browserTtl} s`;
  return { edge: bound, browser };
}

const workersCache = (state: PlatformState | undefined) =>
  state === undefined ? {} : { workersCache: state };

/** UTF-8 text of at most `MAX_BODY_BYTES`. */
async function readBody({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw badBody(`at most ${MAX_BODY_BYTES} bytes`, "more");
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw badBody("UTF-8", "other bytes");
  }
}

function badBody(expected: string, received: string): PictorError {
  return new PictorError("bad_body", { param: "body", expected, received });
}

function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get("Idempotency-Key");
  if (key === null || /^[!-~]{1,128}$/.test(key)) return key ?? undefined;
  throw new PictorError("bad_body", {
    param: "Idempotency-Key",
    expected: "1 to 128 visible ASCII characters",
    received: key,
  });
}

/** One token cannot meet, or guess, the keys of another. */
async function idFor({ name, secret }: PurgeToken, key: string): Promise<string> {
  const text = new TextEncoder().encode(`${name} ${secret} ${key}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).subarray(0, 16);
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function answer(body: object, status: number, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status,
    headers: { ...SECURITY_HEADERS, "Cache-Control": "no-store", ...headers },
  });
}

function refusal(error: unknown, method: string, allow: readonly string[]): Response {
  if (!(error instanceof PictorError)) console.error("purge:", error);
  else if (error.code === "store_failed") console.error("purge:", error.cause);
  const response = problem(error, { method, allow });
  response.headers.set("Cache-Control", "no-store");
  if (response.status === 401) response.headers.set("WWW-Authenticate", 'Bearer realm="pictor"');
  return response;
}
