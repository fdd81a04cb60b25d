import { expect } from "vitest";
import { type ErrorCode, PictorError } from "../../../src/errors.ts";
import type { Facts } from "../../../src/image/facts.ts";
import { MAX_WEBP_HEADER_BYTES, probe } from "../../../src/image/probe/index.ts";
import { ByteReader } from "../../../src/image/probe/reader.ts";

/** The facts of a whole file. */
export function factsOf(file: Uint8Array): Facts {
  const result = probe(file, true);
  if (result.kind !== "facts") throw new Error("asked for more than the whole file");
  return result.facts;
}

/** The error of a whole file. */
export function refusalOf(file: Uint8Array, code: ErrorCode): PictorError {
  try {
    const facts = factsOf(file);
    throw new Error(`was answered: ${JSON.stringify(facts)}`);
  } catch (error) {
    expect(error).toBeInstanceOf(PictorError);
    expect((error as PictorError).code).toBe(code);
    return error as PictorError;
  }
}

export interface Feeding {
  readonly facts: Facts;
  /** Bytes that had been given when the facts came. */
  readonly given: number;
  readonly rounds: number;
}

/** Gives a file bit by bit, as asked for, and checks that what is asked for grows, and stays within the cap. */
export function feed(file: Uint8Array, first = 16): Feeding {
  let given = Math.min(first, file.length);
  for (let rounds = 1; ; rounds++) {
    const result = probe(file.subarray(0, given), given === file.length);
    if (result.kind === "facts") return { facts: result.facts, given, rounds };
    expect(given).toBeLessThan(file.length);
    expect(result.bytes).toBeGreaterThan(given);
    expect(result.bytes).toBeLessThanOrEqual(MAX_WEBP_HEADER_BYTES);
    given = Math.min(result.bytes, file.length);
  }
}

/** Reads of a run, and bytes of the slices and texts that it took: what it costs, on any machine. */
export function readsOf(run: () => unknown): number {
  const { reach, slice } = ByteReader.prototype;
  let reads = 0;
  ByteReader.prototype.reach = function (end) {
    reads++;
    return reach.call(this, end);
  };
  ByteReader.prototype.slice = function (start, end) {
    reads += Math.min(end, this.length) - start;
    return slice.call(this, start, end);
  };
  try {
    run();
    return reads;
  } finally {
    Object.assign(ByteReader.prototype, { reach, slice });
  }
}

/** Whether a file was answered or refused as it should be; anything else that is thrown goes on. */
export function outcome(run: () => unknown): "answered" | "refused" {
  try {
    run();
    return "answered";
  } catch (error) {
    if (error instanceof PictorError && (error.status === 415 || error.status === 422))
      return "refused";
    throw error;
  }
}
