/** What a failed call into the module means to the user. */
import { type ErrorCode, type ErrorDetail, PictorError } from "../../errors.ts";
import { ANIMATION_LIMIT } from "../../image/limits.ts";

/** What the module's import `engine_throw` throws. `code` is one of `FAIL_*` in `wasm/engine/src/failure.h`. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** By the names in `failure.h`; a test compares the two. */
export const FAILURES: Readonly<Record<string, { readonly code: number; readonly as: ErrorCode }>> =
  {
    FAIL_BROKEN: { code: 1, as: "broken_image" },
    FAIL_UNSUPPORTED: { code: 2, as: "unsupported_format" },
    FAIL_MEMORY: { code: 3, as: "picture_too_large" },
    FAIL_MISMATCH: { code: 4, as: "broken_image" },
    FAIL_INTERNAL: { code: 5, as: "internal" },
    FAIL_FRAMES: { code: 6, as: "picture_too_large" },
    FAIL_NO_FRAME: { code: 7, as: "bad_parameter" },
  };

/** What a client may need to know besides. The text of FAIL_NO_FRAME is how many frames there are. */
const INFO: Readonly<Record<number, (text: string) => ErrorDetail>> = {
  6: (text) => ({
    detail: sentence(text),
    expected: ANIMATION_LIMIT,
    fix: "anim=false shows the first frame.",
  }),
  7: (text) => ({ param: "frame", expected: `a frame from 1 to ${text}` }),
};

/**
 * A trap (out of bounds, `unreachable`, an exhausted stack) is a mistake of ours that only a hostile file finds: the
 * sandbox has held, the picture cannot be made, and that is what its owner hears.
 */
export function asPictorError(error: unknown): PictorError {
  // Of what was called back.
  if (error instanceof PictorError) return error;
  if (!(error instanceof EngineFailure)) {
    return new PictorError(
      "broken_image",
      { detail: "The decoder failed on it." },
      { cause: error },
    );
  }
  const failure = Object.values(FAILURES).find(({ code }) => code === error.code);
  const as = failure?.as ?? "internal";
  const told = INFO[error.code] ?? ((text: string) => ({ detail: sentence(text) }));
  const info = as === "internal" ? {} : told(error.message);
  return new PictorError(as, info, { cause: error });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
