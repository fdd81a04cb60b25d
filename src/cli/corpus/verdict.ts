/** What a judge says about one file. `cmyk` is right as well, by a rule of its own. */
export const OUTCOMES = ["ok", "cmyk", "limit", "over budget", "wrong"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Verdict {
  readonly outcome: Outcome;
  /** Why: the refusal's status, code and detail, or what is wrong. */
  readonly reason?: string;
  /** Worth knowing, but not wrong. */
  readonly note?: string;
  /** PSNR against sharp's picture, in dB; absent where they were not compared. */
  readonly db?: number;
  /** Frames that were found right, of an animation. */
  readonly frames?: number;
}

export interface Judged extends Verdict {
  readonly category: string;
  readonly path: string;
  readonly ms: number;
}

export const wrong = (reason: string): Verdict => ({ outcome: "wrong", reason });
