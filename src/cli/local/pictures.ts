/** Finds the pictures of a folder: what they are called in the bucket, and when they changed. */
import { open, readdir, realpath, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { CliError } from "../failure.ts";

export interface PictureFile {
  /** Path below the folder, with `/`: the key in the bucket. */
  readonly key: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly contentType: string;
}

export interface Found {
  readonly pictures: readonly PictureFile[];
  /** Files that look like pictures but cannot be served, each with its reason. */
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".jpe": "image/jpeg",
  ".jfif": "image/jpeg",
  ".png": "image/png",
  ".apng": "image/png",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".gif": "image/gif",
  ".svg": "image/svg+xml",
  ".jxl": "image/jxl",
  ".heic": "image/heic",
  ".heif": "image/heif",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".bmp": "image/bmp",
  ".ico": "image/x-icon",
  ".cur": "image/x-icon",
};

/** The largest source that the service reads (`MAX_SOURCE_BYTES` of `origins/mounted.ts`). */
const MAX_BYTES = 100_000_000;
const MAX_PICTURES = 100_000;
const MAX_KEY_BYTES = 1024;

/** Throws `CliError` when the folder is not one, or holds more pictures than a local run can take. */
export async function findPictures(folder: string): Promise<Found> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new CliError(`There is no folder "${folder}".`);
  if (!found.isDirectory()) throw new CliError(`"${folder}" is not a folder.`);
  const root = await realpath(folder);
  const pictures: PictureFile[] = [];
  const skipped: Skipped[] = [];
  // A list of folders still to read, not recursion: depth costs no stack.
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = join(next, entry.name);
      // Links to folders are not followed, so there is no loop.
      if (entry.isDirectory()) waiting.push(path);
      else {
        const result = await inspect(root, path, entry.isSymbolicLink());
        if (result === undefined) continue;
        if ("reason" in result) skipped.push(result);
        else pictures.push(result);
        if (pictures.length > MAX_PICTURES) {
          throw new CliError(`"${folder}" holds more than ${MAX_PICTURES} pictures.`);
        }
      }
    }
  }
  pictures.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { pictures, skipped };
}

async function inspect(
  root: string,
  path: string,
  link: boolean,
): Promise<PictureFile | Skipped | undefined> {
  const target = link ? await realpath(path).catch(() => undefined) : path;
  if (target === undefined || !target.startsWith(root.endsWith(sep) ? root : root + sep))
    return undefined;
  const file = await stat(target).catch(() => undefined);
  if (!file?.isFile()) return undefined;
  const contentType = await contentTypeOf(target, extname(path).toLowerCase());
  if (contentType === undefined) return undefined;
  const key = relative(root, path).split(sep).join("/");
  const reason = unservable(key, file.size);
  if (reason !== undefined) return { path, reason };
  return { key, path: target, size: file.size, mtimeMs: file.mtimeMs, contentType };
}

function unservable(key: string, size: number): string | undefined {
  if (size === 0) return "it is empty";
  if (size > MAX_BYTES) return "it is larger than 100 MB";
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return "its path is longer than 1024 bytes";
  if (key.includes("\\")) return "its name holds a backslash, which no URL may name";
  if (key.includes("\uFFFD")) return "its name is not UTF-8";
  if (key.startsWith("_/")) return "paths below /_/ belong to the service";
  return undefined;
}

/** By its extension; a file without one is judged by its first bytes. */
async function contentTypeOf(path: string, extension: string): Promise<string | undefined> {
  if (extension !== "") return EXTENSIONS[extension];
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const head = Buffer.alloc(16);
    await file.read(head, 0, 16, 0);
    return sniff(head);
  } finally {
    await file.close();
  }
}

/** Magic numbers as in the WHATWG MIME Sniffing standard, and ISO 14496-12 brands for AVIF and HEIC. */
export function sniff(head: Buffer): string | undefined {
  const text = head.toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.startsWith("BM") && head.readUInt32LE(6) === 0) return "image/bmp";
  if (text.startsWith("II*\0") || text.startsWith("MM\0*")) return "image/tiff";
  if (text.startsWith("\xff\x0a") || text.startsWith("\0\0\0\x0cJXL ")) return "image/jxl";
  if (text.slice(4, 8) !== "ftyp") return undefined;
  const brand = text.slice(8, 12);
  if (brand === "avif" || brand === "avis") return "image/avif";
  return /^(heic|heix|hevc|hevx|mif1|msf1)$/.test(brand) ? "image/heic" : undefined;
}
