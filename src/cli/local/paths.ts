/** Where things lie in the checkout, and where one served folder keeps its state. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const SAMPLES = join(ROOT, "examples", "pictures");
/** Everything that a local run writes; safe to delete while nothing runs. */
export const STATE = join(ROOT, ".pictor");

/** One directory per served folder: a readable name, and a hash of the absolute path to tell equal names apart. */
export function stateDirectory(folder: string): string {
  const slug = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 10);
  return join(STATE, `${slug || "folder"}-${hash}`);
}
