/** Which pictures a transform draws over its own: they are read by the same rules as any source. */
import { PictorError } from "../errors.ts";
import type { Transform } from "../params/resolve.ts";
import { readKey, type Source, type SourceRules } from "./mounts.ts";

type Drawing = Pick<Transform, "draw">;

/** One for each draw. Throws what `readKey` throws, with `param: draw`, and which of them it is. */
export function readOverlays({ draw = [] }: Drawing, rules: SourceRules): readonly Source[] {
  return draw.map(({ key }, i) => {
    try {
      return readKey(key, rules);
    } catch (error) {
      throw error instanceof PictorError ? ofOverlay(error, i, key) : error;
    }
  });
}

/** The same error, said of an overlay instead of the picture itself. */
export function ofOverlay(error: PictorError, index: number, key?: string): PictorError {
  return error.within(
    "draw",
    `Overlay ${index + 1}${key === undefined ? "" : ` (${excerpt(key)})`}`,
  );
}

const excerpt = (key: string) => (key.length > 100 ? `${key.slice(0, 100)}…` : key);

/** The transform with each overlay's key in its one canonical spelling. */
export function withCanonicalKeys<Drawn extends Drawing>(
  transform: Drawn,
  overlays: readonly Source[],
): Drawn {
  const { draw } = transform;
  if (draw === undefined) return transform;
  return { ...transform, draw: draw.map((one, i) => ({ ...one, key: printKey(overlays[i]!) })) };
}

/** Inverse of `readKey`. */
function printKey(source: Source): string {
  return source.kind === "remote" ? source.url : `${source.mount}${source.name}`.slice(1);
}
