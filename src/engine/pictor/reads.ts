/** What the engine reads, told from the header's facts. */
import { PictorError } from "../../errors.ts";
import type { Facts, SourceFormat } from "../../image/facts.ts";

/** What is not read, and what may be done about it. */
export interface Refusal {
  readonly reason: string;
  readonly fix?: string;
}

const REFUSED: Readonly<Partial<Record<SourceFormat, Refusal>>> = {
  heic: {
    reason: "HEIC is not read: its codec (HEVC) is encumbered by patents",
    fix: "Convert it when it is uploaded, to JPEG, WebP or AVIF.",
  },
};

/** Whether a picture with these facts can be decoded; why not. */
export function reads(facts: Facts): true | Refusal {
  const reason = facts.format === "jpeg" ? jpegReason(facts) : undefined;
  return REFUSED[facts.format] ?? (reason === undefined ? true : { reason });
}

/** Of arithmetic coding, the progressive kind is not read either: that shows in its scans. */
function jpegReason({ jpegProcess, bitDepth }: Facts): string | undefined {
  if (jpegProcess === "lossless") return "Lossless JPEG is not read";
  return bitDepth === 8 ? undefined : `JPEG of ${bitDepth} bits a sample is not read`;
}

/** @throws PictorError `unsupported_format` */
export function assertReads(facts: Facts): void {
  const answer = reads(facts);
  if (answer === true) return;
  const { reason: detail, ...fix } = answer;
  throw new PictorError("unsupported_format", { detail, received: facts.format, ...fix });
}
