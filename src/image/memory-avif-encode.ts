/** What the AVIF encoder's module takes. Pure; measured. */
import type { Output } from "./job.ts";

const PAGE_BYTES = 65_536;

export function avifEncoderBytes({ width, height }: Output): number {
  return Math.ceil((4e6 + 60 * width * height) / PAGE_BYTES) * PAGE_BYTES;
}
