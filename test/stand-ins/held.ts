/** A promise that waits until the test says so, where a timer would only be likely to come in time. */
export function held<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((release) => {
    resolve = release;
  });
  return { promise, resolve };
}
