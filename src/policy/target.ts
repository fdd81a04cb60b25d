/** What of a picture a path asks for: the picture itself, or what there is to know of it. */

/** The route of the facts, `/_/info/<key>`; the key follows as in the picture's own URL. */
const INFO = ["_", "info"] as const;

export interface Target {
  /** Of the picture: what a mount or an allow-list is asked about. */
  readonly segments: readonly string[];
  readonly isInfo: boolean;
}

/** `segments` are decoded once. The signature is over the whole path, so that neither stands for the other. */
export function targetOf(segments: readonly string[]): Target {
  const isInfo = segments.length > INFO.length && INFO.every((part, i) => segments[i] === part);
  return isInfo ? { segments: segments.slice(INFO.length), isInfo } : { segments, isInfo };
}
