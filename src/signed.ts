/** Signatures of answers, made once when bytes come into being and kept with them, where the rule asks for it. */
import { contentLocation } from "./cache/content-location.ts";
import type { Stamp } from "./cache/stamp.ts";
import { PictorError } from "./errors.ts";
import { signResponse } from "./http/message-signature.ts";
import type { Job, TransformerTools } from "./job.ts";

export function lacksSignature({ signed }: Stamp, { order }: Job): boolean {
  return order.rule.sign && signed === undefined;
}

export async function withSignature(
  stamp: Stamp,
  bytes: Uint8Array,
  job: Job,
  { responseKey, now }: TransformerTools,
): Promise<Stamp> {
  if (!lacksSignature(stamp, job)) return stamp;
  if (!responseKey) {
    throw new PictorError("not_configured", {
      detail: "A rule wants signed answers, but no key is set.",
      fix: "Set the secret RESPONSE_SIGNING_KEYS.",
    });
  }
  const { contentType, etag } = stamp;
  const { path: source, transform, output } = job;
  const location = contentLocation({ source, transform, output }, contentType);
  const answer = {
    status: 200,
    contentType,
    etag,
    location,
    bytes: bytes as Uint8Array<ArrayBuffer>,
  };
  return { ...stamp, signed: await signResponse(answer, responseKey, now()) };
}
