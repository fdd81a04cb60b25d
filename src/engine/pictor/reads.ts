/** What the engine reads, told from the header's facts. */
import { PictorError } from "../../errors.ts";
import type { Facts, SourceFormat } from "../../image/facts.ts";

/** What the formats that are not read are refused with. */
const REASONS: Readonly<Partial<Record<SourceFormat, string>>> = {
  heic: "HEIC is not read: its codec (HEVC) is encumbered by patents",
};

/** Whether a picture with these facts can be decoded; why not. */
export function reads(facts: Facts): true | { readonly reason: string } {
  const reason = REASONS[facts.format] ?? (facts.format === "jpeg" ? jpegReason(facts) : undefined);
  return reason === undefined ? true : { reason };
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
  throw new PictorError("unsupported_format", { detail: answer.reason, received: facts.format });
}
