import { PictorError } from "../../src/errors.ts";

/** The error that a call throws; fails when it throws none, or another kind. */
export function refusalOf(call: () => unknown): PictorError {
  try {
    call();
  } catch (error) {
    if (error instanceof PictorError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}
