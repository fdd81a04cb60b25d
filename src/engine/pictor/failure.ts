/** What a failed call into the module means to the user. */
import { type ErrorCode, PictorError } from "../../errors.ts";

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
  };

/**
 * A trap (out of bounds, `unreachable`, an exhausted stack) is a mistake of ours that only a hostile file finds: the
 * sandbox has held, the picture cannot be made, and that is what its owner hears.
 */
export function asPictorError(error: unknown): PictorError {
  if (!(error instanceof EngineFailure)) {
    return new PictorError(
      "broken_image",
      { detail: "The decoder failed on it." },
      { cause: error },
    );
  }
  const failure = Object.values(FAILURES).find(({ code }) => code === error.code);
  const as = failure?.as ?? "internal";
  const info = as === "internal" ? {} : { detail: sentence(error.message) };
  return new PictorError(as, info, { cause: error });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
