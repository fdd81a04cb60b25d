/** A source that is listened to while it is worked on: its metadata is there when the picture is. */
import type { SourceFormat } from "../../image/facts.ts";
import { joined } from "../../image/joined.ts";
import type { FoundMetadata } from "../../image/metadata/blocks.ts";
import { metadataInTiff } from "../../image/metadata/in-tiff.ts";
import { type Walk, Walker } from "../../image/metadata/walk.ts";
import { walkJpeg } from "../../image/metadata/walk-jpeg.ts";
import { walkPng } from "../../image/metadata/walk-png.ts";
import { walkWebp } from "../../image/metadata/walk-webp.ts";
import { metadataInAvif } from "./in-avif.ts";

export interface Tapped {
  /** The source, whole; in place of the one that was given. */
  readonly source: ReadableStream<Uint8Array>;
  /**
   * Once the picture is made. What comes behind it is read to the end, so that what is found does not depend on how far
   * the decoder had to read. Throws what the source throws.
   */
  found(): Promise<FoundMetadata>;
  /** Lets go of the source; has no effect once it was read to its end. */
  cancel(reason?: unknown): Promise<void>;
}

/** Hears of every chunk of a file, in order. */
interface Listener {
  readonly isDone: boolean;
  push(chunk: Uint8Array): void;
  found(): FoundMetadata;
}

const WALKS: Readonly<Partial<Record<SourceFormat, (found: FoundMetadata) => Walk>>> = {
  jpeg: walkJpeg,
  png: walkPng,
  webp: walkWebp,
};

/** Formats whose metadata lies anywhere. They are held whole, and come as one chunk, of which no copy is made. */
const WHOLE: Readonly<Partial<Record<SourceFormat, (file: Uint8Array) => FoundMetadata>>> = {
  avif: metadataInAvif,
  tiff: metadataInTiff,
};

export function tapped(source: ReadableStream<Uint8Array>, format: SourceFormat): Tapped {
  const listener = listenerFor(format);
  const reader = source.getReader();
  let isOver = false;
  async function next(): Promise<Uint8Array | undefined> {
    const { done, value } = await reader.read();
    isOver = done;
    if (value !== undefined) listener.push(value);
    return value;
  }
  async function cancel(reason?: unknown): Promise<void> {
    isOver = true;
    await reader.cancel(reason).catch(() => undefined);
  }
  const handed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      // The decoder has enough; what metadata lies behind is still to come.
      cancel: (reason) => (listener.isDone ? cancel(reason) : undefined),
    },
    { highWaterMark: 0 },
  );
  return {
    source: handed,
    async found() {
      while (!isOver && !listener.isDone) await next();
      if (!isOver) await cancel();
      return listener.found();
    },
    cancel,
  };
}

function listenerFor(format: SourceFormat): Listener {
  const [walk, read] = [WALKS[format], WHOLE[format]];
  if (walk) return walking(walk);
  return read ? collecting(read) : { isDone: true, push: () => undefined, found: () => ({}) };
}

function walking(walk: (found: FoundMetadata) => Walk): Listener {
  const found: FoundMetadata = {};
  const walker = new Walker(walk(found));
  return {
    get isDone() {
      return walker.isDone;
    },
    push: (chunk) => walker.push(chunk),
    found: () => found,
  };
}

function collecting(read: (file: Uint8Array) => FoundMetadata): Listener {
  const chunks: Uint8Array[] = [];
  return {
    isDone: false,
    push: (chunk) => chunks.push(chunk),
    found: () => read(chunks.length === 1 ? chunks[0]! : joined(chunks)),
  };
}
