import { PictorError } from "../../../src/errors.ts";
import { importKeys } from "../../../src/policy/signature/keys.ts";
import { type RequestUrl, readUrl } from "../../../src/policy/url.ts";

/** The key of the design's test vectors: the bytes 00 01 … 1f. Public, so never a key of a service. */
export const HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

const bytes = (fill: (at: number) => number) =>
  Uint8Array.from({ length: 32 }, (_, at) => fill(at));

export const keys = await importKeys([
  { id: "k1", bytes: bytes((at) => at) },
  { id: "k2", bytes: bytes((at) => 255 - at) },
]);

export const k1 = keys.get("k1")!;

export const read = (path: string): RequestUrl =>
  readUrl(new URL(path.startsWith("/") ? `https://img.example.com${path}` : path));

/** The error's code, or `undefined` when there was none. Anything but a `PictorError` is thrown on. */
export async function codeOf(action: () => unknown): Promise<string | undefined> {
  return (await errorOf(action))?.code;
}

export async function errorOf(action: () => unknown): Promise<PictorError | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
}
