/** Ctrl-C and its relatives end the service in order: close the runtime, then leave with exit code 0. */
import { watchParent } from "./parent.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Signals {
  /** Aborted by the first signal, or by the end of npm above (`parent.ts`). */
  readonly signal: AbortSignal;
  /** Fulfilled at the same time. */
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
    controller.abort();
    resolve();
  };
  let caught = false;
  const onSignal = () => {
    if (caught) process.exit(1);
    caught = true;
    stop();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  // No signal: one that comes as well, as to a whole process group, is still the first.
  const parent = watchParent(stop);
  // Keeps the process up even if nothing else does.
  const heartbeat = setInterval(() => {}, 1 << 30);
  return {
    signal: controller.signal,
    stopped: promise,
    keepOnlyOurs() {
      for (const name of SIGNALS) {
        for (const listener of process.listeners(name)) {
          if (listener !== onSignal && !before.get(name)?.includes(listener)) {
            process.removeListener(name, listener);
          }
        }
      }
    },
    release() {
      clearInterval(heartbeat);
      parent.release();
      for (const name of SIGNALS) process.removeListener(name, onSignal);
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
