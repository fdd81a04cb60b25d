/**
 * Which frames of a source a plan shows. An animation is kept where the output can carry one: WebP and GIF. What the
 * picture alone decides (`own`, `base`) becomes a format that can, where there is one.
 */
import { PictorError } from "../errors.ts";
import type { Transform } from "../params/resolve.ts";
import { MAX_ANIMATION_FRAMES, MAX_ANIMATION_PIXELS } from "./budget.ts";
import type { Facts } from "./facts.ts";
import type { Frames, OutputFormat, Size } from "./job.ts";
import { MOST_ENCODES } from "./quality-search.ts";

type Wishes = Pick<Omit<Transform, "format">, "anim" | "frame" | "lossless" | "max-bytes">;
type Wanted = OutputFormat | "base" | "own";

/** Formats that are written with all their frames. */
const ANIMATED_OUTPUTS = ["webp", "gif"] as const;
type AnimatedOutput = (typeof ANIMATED_OUTPUTS)[number];

/** Whether frames after the first can be had. Of AVIF, it is the first alone. */
export function isAnimation({ format, animated }: Facts): boolean {
  return animated && (format === "gif" || format === "webp" || format === "png");
}

/** The format that keeps the animation; undefined: none is kept. */
export function keptFormat(
  { anim, frame, lossless }: Wishes,
  wanted: Wanted,
  facts: Facts,
): AnimatedOutput | undefined {
  if (!anim || frame !== undefined || !isAnimation(facts)) return undefined;
  const own = facts.format === "gif" && lossless ? "webp" : facts.format;
  const format = wanted === "own" ? own : wanted === "base" ? "gif" : wanted;
  return ANIMATED_OUTPUTS.find((output) => output === format);
}

/** Undefined: the one picture that the file is to readers without animation. Throws bad_parameter (400). */
export function shownFrames(
  { frame }: Wishes,
  facts: Facts,
  kept: AnimatedOutput | undefined,
): Frames["show"] | undefined {
  if (kept !== undefined) return "all";
  if (frame === undefined) return undefined;
  if (!isAnimation(facts)) throw noFrame(1, frame);
  if (facts.allFrames && frame > facts.frames) throw noFrame(facts.frames, frame);
  return frame;
}

/** `count`: of the frames that there are. */
function noFrame(count: number, frame: number): PictorError {
  return new PictorError("bad_parameter", {
    param: "frame",
    expected: count === 1 ? "1: there is one frame" : `1 to ${count}: there are ${count} frames`,
    received: String(frame),
  });
}

/**
 * As many as fit into the limits, each with the canvas of the source and, of all of them, of the result; where all are
 * made again for `max-bytes`, as often.
 */
export function framesOf(show: Frames["show"], source: Size, result: Size, encodes = 1): Frames {
  const area = ({ width, height }: Size) => width * height;
  const pixels = show === "all" ? Math.max(area(source), area(result)) : area(source);
  const most = Math.floor(MAX_ANIMATION_PIXELS / (encodes * pixels));
  return { show, most: Math.min(MAX_ANIMATION_FRAMES, most) };
}

/** How often the whole animation may be made. */
export function encodesOf({ "max-bytes": maxBytes }: Wishes, kept: AnimatedOutput | undefined) {
  return kept === "webp" && maxBytes !== undefined ? MOST_ENCODES : 1;
}

/** Whether the frames that are known of, or asked for, are within the limits. */
export function areWithinLimits({ show, most }: Frames, { frames }: Facts): boolean {
  return (show === "all" ? frames : show) <= most;
}
