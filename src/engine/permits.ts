import { PictorError } from "../errors.ts";

/** Gives a lease back. A second call does nothing. */
export type Release = () => void;

/** What the budget needs from the world; `setTimeout` and `clearTimeout` fit. */
export interface Timers {
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export interface Budget {
  /** Bytes leased now. */
  readonly used: number;
  /** Jobs waiting now. */
  readonly waiting: number;
  /**
   * Waits, first come first served, until so many bytes are free.
   * @throws PictorError `picture_too_large` when they never can be; `over_capacity` (with `retryAfter`) when the queue
   *   is full, or the wait too long.
   */
  lease(bytes: number): Promise<Release>;
  /** Never waits, and never overtakes those who do. */
  tryLease(bytes: number): Release | undefined;
}

interface Waiter {
  readonly bytes: number;
  readonly grant: (release: Release) => void;
}

/**
 * Leases in bytes against one isolate's memory.
 * `bytes`: all there is. `queueLength`: how many may wait. `waitMs`: how long each may.
 */
export function createBudget(options: {
  readonly bytes: number;
  readonly queueLength: number;
  readonly waitMs: number;
  readonly timers: Timers;
  /** Gives up leases that are held for convenience alone; called before a job would have to wait. */
  readonly reclaim?: () => void;
}): Budget {
  const { bytes: total, queueLength, waitMs, timers, reclaim } = options;
  const queue: Waiter[] = [];
  let used = 0;

  function take(bytes: number): Release {
    used += bytes;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      used -= bytes;
      admit();
    };
  }

  /** Grants from the front while it fits; a big job at the front is not overtaken, so that it cannot starve. */
  function admit(): void {
    while (queue.length > 0 && used + queue[0]!.bytes <= total) {
      const next = queue.shift()!;
      next.grant(take(next.bytes));
    }
  }

  function wait(bytes: number): Promise<Release> {
    return new Promise((resolve, reject) => {
      const timer = timers.set(() => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(overCapacity(waitMs));
        // Whoever stood behind may fit where this one did not.
        admit();
      }, waitMs);
      const waiter: Waiter = {
        bytes,
        grant(release) {
          timers.clear(timer);
          resolve(release);
        },
      };
      queue.push(waiter);
    });
  }

  const fitsNow = (bytes: number) => queue.length === 0 && used + bytes <= total;

  return {
    get used() {
      return used;
    },
    get waiting() {
      return queue.length;
    },
    async lease(bytes) {
      if (bytes > total) throw tooLarge(bytes, total);
      if (fitsNow(bytes)) return take(bytes);
      reclaim?.();
      if (fitsNow(bytes)) return take(bytes);
      if (queue.length >= queueLength) throw overCapacity(waitMs);
      return wait(bytes);
    },
    tryLease: (bytes) => (fitsNow(bytes) ? take(bytes) : undefined),
  };
}

function overCapacity(waitMs: number): PictorError {
  return new PictorError("over_capacity", {
    detail: "Too many large pictures are being made at this moment.",
    retryAfter: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

function tooLarge(bytes: number, total: number): PictorError {
  return new PictorError("picture_too_large", {
    detail: "The job needs more memory than there is.",
    expected: `at most ${total} bytes of memory`,
    received: `${bytes} bytes`,
  });
}
