/** Waiting for a store with an end to it: a store that hangs counts as one that has nothing. */

/**
 * The promise's value, or undefined after `ms` or when it fails; `onError` hears why. A value that comes after the
 * time goes to `onLate`, so that its body can be cancelled.
 */
export function orNothing<T>(
  work: Promise<T>,
  ms: number,
  onError: (error: unknown) => void,
  onLate: (value: T) => void = () => {},
): Promise<T | undefined> {
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      onError(new Error(`no answer within ${ms} ms`));
      resolve(undefined);
    }, ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        if (late) onLate(value);
        else resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        if (!late) onError(error);
        resolve(undefined);
      },
    );
  });
}
