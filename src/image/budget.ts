/** What an isolate has, and how it is shared out. */

const MIB = 2 ** 20;

/** All that an isolate has (Workers limits). What the three parts below leave is for code and the JavaScript heap. */
export const ISOLATE_BYTES = 128 * MIB;
/** Bytes that jobs at work may hold together: rasters, WASM memory. */
export const JOB_BUDGET_BYTES = 80 * MIB;
/** Bytes of source files that may be held together while they arrive and wait. */
export const SOURCE_BUDGET_BYTES = 24 * MIB;
/** Longest source that is read whole. */
export const MAX_BUFFERED_SOURCE_BYTES = 20 * MIB;
/** Longest SVG: what it takes grows with its text, and one of photos belongs into a format for photos. */
export const MAX_SVG_BYTES = 4 * MIB;
/** Bytes of the files of all overlays of one picture: what its own file, however long, leaves of the budget. */
export const MAX_OVERLAY_FILES_BYTES = SOURCE_BUDGET_BYTES - MAX_BUFFERED_SOURCE_BYTES;
/**
 * Most pixels of a source whose file does not bound its work: a PNG or GIF of a few kilobytes can stand for as many as
 * its header likes. About 3 s of CPU time.
 */
export const MAX_INFLATED_PIXELS = 100_000_000;
/** The same of a TIFF or BMP, which code of ours unpacks in JavaScript: about 3 s, too. */
export const MAX_UNPACKED_PIXELS = 40_000_000;
/**
 * Most pixels of an animation, all frames of its canvas together, as stored and as wanted: what its work is bounded by,
 * about 5 s of CPU time. As Cloudflare Images has it.
 */
export const MAX_ANIMATION_PIXELS = 50_000_000;
/** Most frames: what each takes however small it is. */
export const MAX_ANIMATION_FRAMES = 2_000;
/** Longest animation that is made. It is held in parts, then joined. */
export const MAX_ANIMATION_BYTES = 12 * MIB;
/** About 0.4 s of CPU time with libaom's speed 9, and the most that fits into the budget. */
export const MAX_AVIF_OUTPUT_PIXELS = 2_000_000;
