/** Ctrl-C and its relatives end the service in order: close the runtime, then leave with exit code 0. */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Signals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Fulfilled by the first signal. */
  readonly stopped: Promise<void>;
  /**
   * Removes the listeners that libraries have added since: Miniflare's leave the process at once, in the middle of
   * whatever it does. (Its listener for `exit` stays, and kills the runtime if all else fails.)
   */
  keepOnlyOurs(): void;
  release(): void;
}

/** The second signal leaves at once, for a service that does not close. */
export function catchSignals(): Signals {
  const controller = new AbortController();
  const { promise, resolve } = deferred();
  const before = new Map(SIGNALS.map((name) => [name, process.listeners(name)]));
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
    resolve();
  };
  for (const name of SIGNALS) process.on(name, stop);
  // Keeps the process up even if nothing else does.
  const heartbeat = setInterval(() => {}, 1 << 30);
  return {
    signal: controller.signal,
    stopped: promise,
    keepOnlyOurs() {
      for (const name of SIGNALS) {
        for (const listener of process.listeners(name)) {
          if (listener !== stop && !before.get(name)?.includes(listener)) {
            process.removeListener(name, listener);
          }
        }
      }
    },
    release() {
      clearInterval(heartbeat);
      for (const name of SIGNALS) process.removeListener(name, stop);
    },
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
