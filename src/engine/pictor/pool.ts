/**
 * Instances and who has them. An instance serves one job at a time; after a job that ended well it is kept for the
 * next one of its size class, scrubbed before that, at most one of a class and a bounded number of bytes together.
 * One that threw is never used again: an exception leaves C's stack pointer wherever it was.
 */
import type { Release } from "../permits.ts";
import { createInstance, type EngineInstance } from "./instance.ts";

/** What was done so far, counted: for tests and metrics. */
export interface PoolCounts {
  made: number;
  reused: number;
  /** Thrown away after a failure. */
  discarded: number;
  /** Let go because there was no room to keep them. */
  dropped: number;
  /** Bytes of memory of the instances that are at work now. */
  busyBytes: number;
  /** Bytes of memory of those that are kept. */
  idleBytes: number;
}

/** What can be used again: an instance of a module, with a memory of its own. */
export interface Reusable {
  readonly usable: boolean;
  scrub(): void;
}

export interface Pool<Instance extends Reusable = EngineInstance> {
  readonly counts: Readonly<PoolCounts>;
  /**
   * Runs a job on an instance with exactly `bytes` of memory (a size class). Throws what `job` throws, and
   * `over_capacity` when no memory can be had.
   */
  run<Result>(bytes: number, job: (instance: Instance) => Promise<Result>): Promise<Result>;
  /** Lets go of all that is kept: the memory is wanted elsewhere. */
  clear(): void;
}

export interface PoolOptions {
  /** Most bytes that are kept for later. */
  readonly maxIdleBytes: number;
  /**
   * Asks for the bytes that an idle instance takes, from the budget that the jobs are leased from; it is kept only if
   * they are granted. Without it, nothing but `maxIdleBytes` limits what is kept.
   */
  readonly holdIdle?: (bytes: number) => Release | undefined;
}

interface Idle<Instance> {
  readonly instance: Instance;
  readonly release: Release;
}

/** Of the engine's own module. */
export function createPool({
  module,
  ...options
}: PoolOptions & { readonly module: WebAssembly.Module }): Pool {
  return createPoolOf((bytes) => createInstance(module, bytes), options);
}

/** `create`: a new instance with so much memory. */
export function createPoolOf<Instance extends Reusable>(
  create: (bytes: number) => Instance,
  { maxIdleBytes, holdIdle = () => () => {} }: PoolOptions,
): Pool<Instance> {
  const idle = new Map<number, Idle<Instance>>();
  const counts: PoolCounts = {
    made: 0,
    reused: 0,
    discarded: 0,
    dropped: 0,
    busyBytes: 0,
    idleBytes: 0,
  };

  function letGo(bytes: number): Instance | undefined {
    const kept = idle.get(bytes);
    if (kept === undefined) return undefined;
    idle.delete(bytes);
    counts.idleBytes -= bytes;
    kept.release();
    return kept.instance;
  }

  function take(bytes: number): Instance {
    const kept = letGo(bytes);
    if (kept === undefined) {
      const instance = create(bytes);
      counts.made++;
      return instance;
    }
    kept.scrub();
    counts.reused++;
    return kept;
  }

  /** The oldest go first, if that makes room. */
  function makeRoom(bytes: number): boolean {
    if (idle.has(bytes) || bytes > maxIdleBytes) return false;
    for (const other of [...idle.keys()]) {
      if (counts.idleBytes + bytes <= maxIdleBytes) break;
      letGo(other);
      counts.dropped++;
    }
    return true;
  }

  function giveBack(bytes: number, instance: Instance): void {
    if (!instance.usable) {
      counts.discarded++;
      return;
    }
    const release = makeRoom(bytes) ? holdIdle(bytes) : undefined;
    if (release === undefined) {
      counts.dropped++;
      return;
    }
    idle.set(bytes, { instance, release });
    counts.idleBytes += bytes;
  }

  return {
    counts,
    async run(bytes, job) {
      const instance = take(bytes);
      counts.busyBytes += bytes;
      try {
        return await job(instance);
      } finally {
        counts.busyBytes -= bytes;
        giveBack(bytes, instance);
      }
    },
    clear() {
      for (const bytes of [...idle.keys()]) {
        letGo(bytes);
        counts.dropped++;
      }
    },
  };
}
