/** An answer that nobody reads. Nobody waits for it, either: a copy's body is only let go of with the other's. */
export function discard(answer: Response | undefined): void {
  answer?.body?.cancel().catch(() => {});
}
