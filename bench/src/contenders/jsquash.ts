/**
 * jSquash as its users write it: decode, resize (Lanczos3), encode, whole pictures in memory, one instance of each
 * codec for all jobs. Its own options, but for the speeds of AVIF and JXL; the resize works on sRGB as the others do.
 */
import resize, { initResize } from "@jsquash/resize";
import type { Task } from "../task.ts";
import { type Contender, Refused } from "./contender.ts";
import { DECODERS, ENCODERS, encodeAvif, once, type Pixels, wasmAt } from "./jsquash-codecs.ts";

const readyToResize = once(() =>
  initResize(wasmAt("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm")),
);

export const jsquash: Contender = {
  name: "jsquash",
  render: async (task) => ENCODERS[task.format](await shrunk(task), task),
};

/** libaom's speed, 0 to 10; jSquash takes 6 by itself. */
export async function avifByJsquash(task: Task, speed: number): Promise<Uint8Array> {
  return encodeAvif(await shrunk(task), task, speed);
}

async function shrunk({ photo, output }: Task): Promise<Pixels> {
  const decode = DECODERS[photo.facts.format];
  if (decode === undefined) throw new Refused(`no ${photo.facts.format.toUpperCase()}`);
  const decoded = await decode(photo.file);
  const { width, height, alpha } = output;
  await readyToResize();
  return resize(decoded, {
    width,
    height,
    method: "lanczos3",
    premultiply: alpha,
    linearRGB: false,
  });
}
