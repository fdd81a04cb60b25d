/**
 * What decoding an AVIF takes, in bytes of WASM memory: the frames that are held at once (colour and alpha, or one row
 * of each one's tiles), what dav1d works with beside the frame that it decodes, and that one's part of the file.
 */
import type { CodedFacts, Facts } from "./facts.ts";

const PAGE_BYTES = 65_536;
/** Code's data and stack, dav1d's context, and malloc's own; measured, rounded up. */
const FIXED_BYTES = 1_200_000;
/** dav1d writes whole blocks of this side. */
const BLOCK = 128;

/** Chroma samples for each of luma, both planes together. */
const CHROMA = { "400": 0, "420": 0.5, "422": 1, "444": 2 } as const;

/**
 * Bytes of memory for `decodeAvif`, a multiple of 64 KiB; `sourceBytes` is the file's length, or the most that it may
 * be. A picture that was coded smaller and scaled up (super-resolution) takes a further frame, which headers do not
 * tell: such a rare one may be refused (413).
 */
export function avifDecoderBytes(facts: Facts, sourceBytes: number): number {
  const coded = facts.coded ?? [wholeOf(facts), ...(facts.alpha ? [wholeOf(facts)] : [])];
  const held = coded.reduce((sum, part) => sum + part.across * frameBytes(part), 0);
  const layers = Math.max(...coded.map((part) => (part.layers - 1) * frameBytes(part)));
  const working = Math.max(...coded.map(workingBytes));
  const bytes = FIXED_BYTES + held + layers + working + sourceBytes;
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** The costliest that there could be, for headers that do not tell. */
function wholeOf({ width, height, bitDepth }: Facts): CodedFacts {
  return { width, height, across: 1, bitDepth, sampling: "444", layers: 1 };
}

/** As `allocate` in wasm/avif-decoder/src/avif_decoder.c, and sixteen rows of 8 bits that are handed out. */
function frameBytes({ width, height, bitDepth, sampling }: CodedFacts): number {
  const stride = blocks(width) * BLOCK * sampleBytes(bitDepth) + 64;
  return stride * blocks(height) * BLOCK * (1 + CHROMA[sampling]) + 16 * width;
}

/**
 * Loop filter levels and masks, restoration units, motion of 8×8 blocks and segments, edges of prediction by block of
 * 128×128; the lines between rows of 64 that CDEF needs before it filters; a tile's probabilities for each 512×512.
 */
function workingBytes({ width, height, bitDepth, sampling }: CodedFacts): number {
  const across = blocks(width);
  const down = blocks(height);
  const line = across * BLOCK * sampleBytes(bitDepth) + 64;
  const byBlock = across * down * (8_700 + 768 * sampleBytes(bitDepth));
  const lines = line * (1 + CHROMA[sampling]) * (8 * down + 12);
  const tiles = Math.ceil((across * down) / 16) * 24_000;
  return byBlock + lines + tiles;
}

function blocks(side: number): number {
  return Math.ceil(side / BLOCK);
}

function sampleBytes(bitDepth: number): number {
  return bitDepth > 8 ? 2 : 1;
}
