/** What all contenders have in common: a file in, a file out. */
import type { Clock } from "../measure.ts";
import type { Task } from "../task.ts";

export const CONTENDERS = ["ours", "sharp", "jsquash", "photon", "wio", "ipx"] as const;
export type Name = (typeof CONTENDERS)[number];

/** As tables and plots call them. */
export const LABELS: Readonly<Record<Name, string>> = {
  ours: "ours",
  sharp: "sharp",
  jsquash: "jSquash",
  photon: "photon",
  wio: "w-i-o",
  ipx: "ipx",
};

export interface Contender {
  readonly name: Name;
  /** Throws what the contender throws, and `Refused` for what it has no means for at all. */
  render(task: Task): Promise<Uint8Array>;
  /** The clock of the process that works, where that is not this one. */
  readonly cpu?: Clock;
}

/** A format that the contender cannot read or write: not asked for again, and shown as such. */
export class Refused extends Error {
  override readonly name = "Refused";
}
