/** A walk over a file from its start, as its bytes come: some are taken, the rest is gone over and never held. */

/** Asks for so many bytes, or goes over them. */
export type Ask = { readonly take: number } | { readonly skip: number };
/** Ends where nothing more is of interest. What it is given is a copy of its own. */
export type Walk = Generator<Ask, void, Uint8Array<ArrayBuffer>>;

export function* take(
  bytes: number,
): Generator<Ask, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return yield { take: bytes };
}

export function* skip(bytes: number): Walk {
  if (bytes > 0) yield { skip: bytes };
}

const NOTHING = new Uint8Array(0);

export class Walker {
  private readonly walk: Walk;
  private ask: Ask | undefined;
  /** Bytes that are asked for, and how many of them are there. */
  private held = NOTHING;
  private length = 0;
  private left = 0;

  constructor(walk: Walk) {
    this.walk = walk;
    this.next(NOTHING);
  }

  /** Nothing more is of interest. */
  get isDone(): boolean {
    return this.ask === undefined;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.ask !== undefined && at < chunk.length) {
      const count = Math.min(this.left, chunk.length - at);
      if ("take" in this.ask) {
        this.held.set(chunk.subarray(at, at + count), this.length);
        this.length += count;
      }
      at += count;
      this.left -= count;
      if (this.left === 0) this.next(this.held);
    }
  }

  private next(bytes: Uint8Array<ArrayBuffer>): void {
    let given = bytes;
    do {
      const { done, value } = this.walk.next(given);
      this.ask = done ? undefined : value;
      this.left = value === undefined ? 0 : "take" in value ? value.take : value.skip;
      this.held = value !== undefined && "take" in value ? new Uint8Array(value.take) : NOTHING;
      this.length = 0;
      given = this.held;
    } while (this.ask !== undefined && this.left === 0);
  }
}
