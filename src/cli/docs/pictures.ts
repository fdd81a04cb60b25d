/** docs/examples: asks the service, as the deployment bundles it, for every example's picture. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { CliError } from "../failure.ts";
import { measure } from "../local/measure.ts";
import { ROOT, SAMPLES } from "../local/paths.ts";
import { findPictures } from "../local/pictures.ts";
import { seed } from "../local/seed.ts";
import { type Service, startService } from "../local/service.ts";
import type { Shot } from "./examples/example.ts";
import { allShots } from "./examples/list.ts";

export const EXAMPLES_FOLDER = join(ROOT, "docs", "examples");

/** What the answer has to say it is, by the file's ending. */
const TYPES: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".gif": "image/gif",
};

/** The service with the sample pictures in its bucket, as `npm start` has them. */
async function startWithSamples(): Promise<Service> {
  const service = await startService({ bindings: { SIGNING: "off", LOCAL_DEVELOPMENT: "true" } });
  const state = await mkdtemp(join(tmpdir(), "pictor-samples-"));
  try {
    const { pictures } = await findPictures(SAMPLES);
    await seed(await service.bucket("ORIGINALS"), pictures, { state, measure });
    return service;
  } catch (error) {
    await service.dispose();
    throw error;
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

/** The answer's bytes. Throws `CliError` when it is none, or of another format than the file's ending says. */
export async function answerOf(service: Service, { file, url }: Shot): Promise<Uint8Array> {
  const answer = await fetch(service.url + url);
  if (answer.status !== 200) {
    throw new CliError(`${url}: ${answer.status} ${await answer.text()}`);
  }
  const type = answer.headers.get("Content-Type");
  if (type !== TYPES[extname(file)]) throw new CliError(`${url} is ${type}, but "${file}" is not.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Writes all pictures and drops what is no example any more. Throws `CliError`. */
export async function writePictures(): Promise<void> {
  const shots = allShots();
  const service = await startWithSamples();
  try {
    await mkdir(EXAMPLES_FOLDER, { recursive: true });
    for (const shot of shots) {
      await writeFile(join(EXAMPLES_FOLDER, shot.file), await answerOf(service, shot));
    }
  } finally {
    await service.dispose();
  }
  const wanted = new Set(shots.map(({ file }) => file));
  const stray = (await readdir(EXAMPLES_FOLDER)).filter((file) => !wanted.has(file));
  await Promise.all(stray.map((file) => rm(join(EXAMPLES_FOLDER, file))));
  console.log(`wrote ${shots.length} pictures to docs/examples`);
}
