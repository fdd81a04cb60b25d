/** Waiting for an origin with an end to it. */
import { PictorError } from "../errors.ts";

export function originTimeout(): PictorError {
  return new PictorError("origin_timeout", { detail: "The origin did not answer in time." });
}

/**
 * The promise, or `origin_timeout` after `ms`. The work goes on behind a timeout: `onLate` gets a value that comes
 * after it, so that a body can be cancelled.
 */
export function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  onLate: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(originTimeout());
    }, ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        if (late) onLate(value);
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
