/** The overlays of a picture: all opened at once, then read whole, one after the other, and held until it is made. */
import { PictorError } from "./errors.ts";
import { MAX_OVERLAY_FILES_BYTES } from "./image/budget.ts";
import type { Facts } from "./image/facts.ts";
import type { OverlayFacts } from "./image/findings.ts";
import { assertOverlayFits } from "./image/limits.ts";
import { peek } from "./image/peek.ts";
import type { Job } from "./job.ts";
import { ofOverlay } from "./policy/overlays.ts";
import type { Engine, HeldSource, OriginObject } from "./ports.ts";

/** One overlay, all there. */
export interface HeldOverlay extends OverlayFacts {
  readonly object: Omit<OriginObject, "body">;
  readonly held: HeldSource;
}

/** Throws what origins, probe and engine throw, with `param: draw`, and which of them it is. */
export async function heldOverlays(
  { overlays }: Job,
  engine: Engine,
): Promise<readonly HeldOverlay[]> {
  const opened = await Promise.allSettled(overlays.map(({ origin, name }) => origin.open(name)));
  const all: HeldOverlay[] = [];
  try {
    let left = MAX_OVERLAY_FILES_BYTES;
    for (const [i, opening] of opened.entries()) {
      const overlay = await naming(i, overlays[i]!.name, () => heldOverlay(opening, left, engine));
      all.push(overlay);
      left -= overlay.bytes;
    }
    return all;
  } catch (error) {
    release(all);
    await Promise.all(opened.map(letGo));
    throw error;
  }
}

export function release(overlays: readonly HeldOverlay[]): void {
  for (const { held } of overlays) held.release();
}

async function heldOverlay(
  opening: PromiseSettledResult<OriginObject>,
  mostBytes: number,
  engine: Engine,
): Promise<HeldOverlay> {
  if (opening.status === "rejected") throw opening.reason;
  const { body, ...object } = opening.value;
  const { facts, source } = await peek(body);
  try {
    assertDrawable(facts, engine);
    const held = await engine.hold(source, mostBytes);
    return { object, facts, bytes: held.size, held };
  } catch (error) {
    if (!source.locked) await source.cancel().catch(() => undefined);
    throw error;
  }
}

function assertDrawable(facts: Facts, engine: Engine): void {
  const readable = engine.reads(facts);
  if (readable !== true) {
    throw new PictorError("unsupported_format", {
      detail: readable.reason,
      received: facts.format,
    });
  }
  assertOverlayFits(facts, engine.peakBytes);
}

async function naming<Result>(
  index: number,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof PictorError ? ofOverlay(error, index, name) : error;
  }
}

/** Of one that was never read; what was read to its end is not harmed. */
async function letGo(opening: PromiseSettledResult<OriginObject>): Promise<void> {
  if (opening.status === "rejected" || opening.value.body.locked) return;
  await opening.value.body.cancel().catch(() => undefined);
}
