/**
 * `/.well-known/http-message-signatures-directory`: the public keys of what this service signs, as a JWK Set
 * (draft-meunier-webbotauth-httpsig-directory). Nothing in it depends on the world.
 */
import { PictorError } from "./errors.ts";
import { type HeaderRecord, SECURITY_HEADERS } from "./http/headers.ts";
import { signComponents } from "./http/message-signature.ts";
import type { ResponseKey } from "./policy/signature/response-keys.ts";

export const SIGNATURE_DIRECTORY = "/.well-known/http-message-signatures-directory";

const MEDIA_TYPE = "application/http-message-signatures-directory+json";

/** Seconds that readers may keep it: a new key must stand in the list for as long before it signs. */
export const DIRECTORY_TTL = 3600;
/** Seconds that its own signatures hold: beyond what a cache may keep it, stale answers included. */
const SIGNATURE_TTL = 86_400;

/**
 * For GET and HEAD. Each key signs the host that the directory was asked at, as the draft recommends, so that nobody
 * can pass these keys off as their own. `now` in ms. Throws not_found when the service has no such keys.
 */
export async function signatureDirectory(
  request: Request,
  keys: readonly ResponseKey[],
  now: number,
): Promise<Response> {
  if (keys.length === 0) {
    throw new PictorError("not_found", { detail: "This service signs no answers." });
  }
  const body = JSON.stringify({
    keys: keys.map(({ jwk, kid }) => ({ ...jwk, kid, use: "sig" })),
  });
  const headers = {
    ...SECURITY_HEADERS,
    "Content-Type": MEDIA_TYPE,
    "Content-Length": String(body.length),
    "Cache-Control": `public, max-age=${DIRECTORY_TTL}`,
    "Access-Control-Allow-Origin": "*",
    ...(await bindings(new URL(request.url).host, keys, now)),
  };
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

/** One signature a key over the host (RFC 9421 section 2.4: a component of the request, hence `req`). */
async function bindings(
  host: string,
  keys: readonly ResponseKey[],
  now: number,
): Promise<HeaderRecord> {
  const created = Math.floor(now / 1000);
  const signed = await Promise.all(
    keys.map(({ kid, privateKey }, index) => {
      const params = `created=${created};expires=${created + SIGNATURE_TTL};keyid="${kid}";alg="ed25519";tag="http-message-signatures-directory"`;
      return signComponents(`key${index + 1}`, [['"@authority";req', host]], params, privateKey);
    }),
  );
  return {
    "Signature-Input": signed.map(({ input }) => input).join(", "),
    Signature: signed.map(({ signature }) => signature).join(", "),
  };
}
