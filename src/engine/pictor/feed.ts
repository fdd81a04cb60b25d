import { PictorError } from "../../errors.ts";
import type { EngineInstance } from "./instance.ts";

/**
 * Hands a source over to the instance chunk by chunk, as it comes; never more than one chunk is held. (Origins read
 * in chunks of 64 KiB, see `origins/bounded.ts`.) When the result is there before the source has ended, the rest is
 * not read, and the stream cancelled; so it is on any error.
 * @throws PictorError what the instance throws, and whatever the stream throws
 */
export async function feed(
  source: ReadableStream<Uint8Array>,
  instance: EngineInstance,
  take?: TakePart,
): Promise<void> {
  const reader = source.getReader();
  try {
    await feedFrom(reader, instance, take);
    await reader.cancel().catch(() => undefined);
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

/** Where parts of a result go that leave before it is whole. */
type TakePart = (part: Uint8Array<ArrayBuffer>) => void;

const NOTHING = new Uint8Array(0);

async function feedFrom(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  instance: EngineInstance,
  take: TakePart | undefined,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (instance.feed(value ?? NOTHING, done, take)) return;
    if (done) throw endedEarly();
  }
}

/** The module refuses such files itself; it is not trusted with that. */
export function endedEarly(): PictorError {
  return new PictorError("broken_image", { detail: "The file ends too early." });
}
