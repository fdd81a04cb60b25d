/** ipx as its users run it: a server, asked over HTTP. Its CPU time is that of its process, which tells it. */
import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Photo } from "../photos.ts";
import { type Contender, Refused } from "./contender.ts";

export interface Ipx extends Contender {
  stop(): void;
}

export async function startIpx(): Promise<Ipx> {
  const folder = await mkdtemp(join(tmpdir(), "pictor-bench-ipx-"));
  const child = fork(fileURLToPath(new URL("./ipx-server.ts", import.meta.url)), [folder], {
    env: { ...process.env, VIPS_CONCURRENCY: "1" },
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("exit", (code) => reject(new Error(`ipx ended with ${code}`)));
  });
  const served = new Map<Photo, Promise<string>>();
  const nameOf = (photo: Photo) => {
    const name = served.get(photo) ?? serve(photo, folder, served.size);
    served.set(photo, name);
    return name;
  };
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return bytes;
    throw new Error(`${response.status} ${new TextDecoder().decode(bytes.subarray(0, 200))}`);
  };
  return {
    name: "ipx",
    async render({ photo, format, theirs: quality, output }) {
      if (format === "jxl" || photo.facts.format === "jxl") throw new Refused("no JXL");
      const size = `fit_fill,s_${output.width}x${output.height}`;
      // Of a quality for PNG, sharp makes a palette.
      const coding = format === "png" ? "f_png" : `f_${format},q_${quality}`;
      return get(`/${size},${coding}/${await nameOf(photo)}`);
    },
    cpu: async () => Number(new TextDecoder().decode(await get("/cpu"))),
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve({ file, facts }: Photo, folder: string, n: number): Promise<string> {
  const name = `${n}.${facts.format}`;
  await writeFile(join(folder, name), file);
  return name;
}
