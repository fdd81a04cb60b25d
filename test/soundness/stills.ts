/**
 * Takes AVIF files apart for the native runner: `node --import tsx test/soundness/stills.ts <folder> <file …>` writes each
 * AV1 picture of them (colour, alpha, tiles of a grid) as `still.h` has it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readPictures } from "../../src/engine/avif/pictures.ts";
import { probe } from "../../src/image/probe/index.ts";

const [folder = ".", ...paths] = process.argv.slice(2);

for (const path of paths) {
  try {
    takeApart(path, new Uint8Array(readFileSync(path)));
  } catch {
    // A file that is broken on purpose.
  }
}

function takeApart(path: string, file: Uint8Array): void {
  const result = probe(file, true);
  if (result.kind !== "facts" || result.facts.format !== "avif") return;
  const { colour, alpha } = readPictures(file, result.facts);
  const stills = [...colour.tiles.slice(0, 2), ...(alpha?.tiles.slice(0, 1) ?? [])];
  stills.forEach(({ parts, width, height, operatingPoint }, i) => {
    const header = Buffer.from("AV1P\0\0\0\0\0", "latin1");
    header.writeUInt16LE(width & 0xffff, 4);
    header.writeUInt16LE(height & 0xffff, 6);
    header[8] = operatingPoint;
    writeFileSync(
      join(folder, `${basename(path, ".avif")}-${i}.av1`),
      Buffer.concat([header, ...parts]),
    );
  });
}
