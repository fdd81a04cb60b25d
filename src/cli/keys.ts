/** `pictor keys response`: prints a fresh key that signs answers, as an entry of RESPONSE_SIGNING_KEYS. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { isKeyId } from "../policy/signature/keys.ts";
import { importResponseKeys } from "../policy/signature/response-keys.ts";

const HELP = `Usage: npx pictor keys response [--id <id>]

Makes an Ed25519 key that signs answers. On stdout is the secret, an entry of RESPONSE_SIGNING_KEYS, and nothing else:
  npx pictor keys response | npx wrangler secret put RESPONSE_SIGNING_KEYS
On stderr is its public half, as readers see it at /.well-known/http-message-signatures-directory.

  --id <id>   its name in the setting: 1 to 64 characters from A-Z a-z 0-9 . _ - (default r1)

To rotate, add the new key at the end (first:hex,new:hex); an hour later put it first; take the old one away when
nothing that it signed is stored any more.`;

/** The exit code: 0, or 2 when the arguments cannot be used. `args` follow `keys`. */
export async function keys(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (typeof options === "string") {
    console.error(`pictor keys: ${options}; see --help`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const seed = randomBytes(32);
  const [key] = await importResponseKeys([{ id: options.id, bytes: Uint8Array.from(seed) }]);
  console.log(`${options.id}:${seed.toString("hex")}`);
  console.error(JSON.stringify({ ...key!.jwk, kid: key!.kid }));
  return 0;
}

/** What is wrong with them, as text, or what they say. */
function read(args: readonly string[]): { readonly id: string; readonly help: boolean } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        id: { type: "string", default: "r1" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const { id, help } = values;
    if (!help && (positionals.length !== 1 || positionals[0] !== "response")) {
      return `expected "response", received ${JSON.stringify(positionals.join(" "))}`;
    }
    return isKeyId(id) ? { id, help } : "--id takes 1 to 64 characters from A-Z a-z 0-9 . _ -";
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
