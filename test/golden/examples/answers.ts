/** The service with the sample pictures, as readers of docs/examples.md have it. */
import { readFile } from "node:fs/promises";
import { beforeAll } from "vitest";
import type { Shot } from "../../../src/cli/docs/examples/example.ts";
import { SAMPLES } from "../../../src/cli/local/paths.ts";
import { findPictures } from "../../../src/cli/local/pictures.ts";
import { type Golden, useService } from "../service.ts";

export function useSamples(): Golden {
  const golden = useService();
  beforeAll(async () => {
    const { pictures } = await findPictures(SAMPLES);
    for (const { key, path } of pictures) await golden.put(key, await readFile(path));
  });
  return golden;
}

const LOSES = /^(format|quality|lossless|chroma|max-bytes)=/;

/** The same picture as PNG. What is nothing there is white in a JPEG. */
export function asPngUrl({ file, url }: Shot): string {
  const [path, query = ""] = url.split("?");
  const kept = query.split("&").filter((term) => !LOSES.test(term));
  const isBare = file.endsWith(".jpg") && !/(^|&)background=/.test(query);
  return `${path}?${[...kept, ...(isBare ? ["background=white"] : []), "format=png"].join("&")}`;
}

export const shown = (file: string): Promise<Uint8Array> =>
  readFile(new URL(`../../../docs/examples/${file}`, import.meta.url));
