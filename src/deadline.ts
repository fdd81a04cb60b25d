/** Waiting with an end to it. The work itself goes on behind the time. */

/**
 * The promise, or what `timedOut` makes after `ms`. A value that comes later goes to `onLate`, so that its body can be
 * cancelled; an error that comes later is nobody's.
 */
export function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  timedOut: () => Error,
  onLate: (value: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(timedOut());
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

/**
 * The promise's value, or undefined after `ms` or when it fails; `onError` hears why. A store that hangs so counts as
 * one that has nothing.
 */
export function orNothing<T>(
  work: Promise<T>,
  ms: number,
  onError: (error: unknown) => void,
  onLate: (value: T) => void = () => {},
): Promise<T | undefined> {
  const timedOut = () => new Error(`no answer within ${ms} ms`);
  return withDeadline(work, ms, timedOut, onLate).catch((error: unknown) => {
    onError(error);
    return undefined;
  });
}
