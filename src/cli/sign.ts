/** `pictor sign`: prints a signed URL, and nothing else, on stdout. */
import { parseArgs } from "node:util";
import { PictorError } from "../errors.ts";
import { isKeyId, parseKeys, type SigningKey } from "../policy/signature/keys.ts";
import { keyIdIn, signUrl } from "../sdk/sign.ts";

const HELP = `Usage: npx pictor sign <url> [options]

Signs the URL of a picture: https://img.example.com/a.jpg?w=800, or /a.jpg?w=800. Quote it, or the shell takes the &.
The first key of SIGNING_KEYS (id:hex,id:hex) signs, or the one whose id the URL carries as kid.

  --key <id:hex>      sign with this key instead; other users of the machine can see it while the command runs
  --expires <when>    seconds from now (3600), or an ISO date (2030-01-01, 2030-01-01T12:00:00Z);
                      without it, the exp that the URL carries, or never
  --help              print this text

Make a key: openssl rand -hex 32`;

/** What the user typed cannot be used. */
class UsageError extends Error {}

/** The exit code: 0, or 2 when the arguments, the key or the URL cannot be used. `args` follow `sign`. */
export async function sign(args: readonly string[]): Promise<number> {
  try {
    console.log(await answer(args));
    return 0;
  } catch (error) {
    const text = explain(error);
    if (text === undefined) throw error;
    console.error(`pictor sign: ${text}`);
    return 2;
  }
}

/** The name that `main.ts` calls every command by. */
export { sign as run };

async function answer(args: readonly string[]): Promise<string> {
  const { values, positionals } = read(args);
  if (values.help) return HELP;
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) {
    throw new UsageError(`expected one URL, received ${positionals.length}; see --help`);
  }
  const { id, bytes } = signingKey(values.key, wantedKeyId(url));
  const exp = values.expires === undefined ? {} : { exp: expiry(values.expires, Date.now()) };
  return signUrl(url, { kid: id, key: bytes, ...exp }).catch(rethrowAsUsage);
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: "string" },
        expires: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return rethrowAsUsage(error);
  }
}

/** With this, `parseArgs` and `signUrl` refuse what they cannot use. */
function rethrowAsUsage(error: unknown): never {
  if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
  throw error;
}

function wantedKeyId(url: string): string | undefined {
  try {
    return keyIdIn(url);
  } catch (error) {
    return rethrowAsUsage(error);
  }
}

/** The key of the id `wanted`, or else the first. */
function signingKey(option: string | undefined, wanted: string | undefined): SigningKey {
  const name = option === undefined ? "SIGNING_KEYS" : "--key";
  const keys = parseKeys(option ?? process.env.SIGNING_KEYS ?? "", name);
  const [first] = keys;
  if (first === undefined) throw new UsageError("no key: set SIGNING_KEYS or give --key <id:hex>");
  if (option !== undefined && keys.length > 1) throw new UsageError("--key takes one key");
  const key = wanted === undefined ? first : keys.find(({ id }) => id === wanted);
  if (key !== undefined) return key;
  const kid = wanted !== undefined && isKeyId(wanted) ? `kid=${wanted}` : "a kid that is no key id";
  throw new UsageError(`the URL carries ${kid}, and ${name} has no such key`);
}

/** Unix seconds, after `now` (in milliseconds). */
function expiry(text: string, now: number): number {
  const seconds = /^[0-9]+$/.test(text) ? Math.floor(now / 1000) + Number(text) : isoSeconds(text);
  if (seconds === undefined) {
    throw new UsageError(
      "--expires takes seconds from now (3600) or an ISO date (2030-01-01, 2030-01-01T12:00:00Z)",
    );
  }
  if (seconds * 1000 <= now) throw new UsageError("--expires is not in the future");
  return seconds;
}

/** A time needs its zone, so that it means the same on every machine; a date alone is midnight UTC. */
function isoSeconds(text: string): number | undefined {
  const iso = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  if (iso === null) return undefined;
  const day = Date.parse(`${iso[1]}T00:00:00Z`);
  const time = Date.parse(text);
  // Some engines read 30 February as 2 March.
  if (Number.isNaN(time) || Number.isNaN(day)) return undefined;
  if (new Date(day).toISOString().slice(0, 10) !== iso[1]) return undefined;
  return Math.floor(time / 1000);
}

/** `undefined` for what is not the user's doing. No text repeats a key. */
function explain(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof PictorError)) return undefined;
  const { expected, received, fix } = error.info;
  if (error.code === "not_configured") return `${error.message} ${fix}`;
  return `${error.message.replace(/\.$/, "")}: expected ${expected}, received ${received}`;
}
