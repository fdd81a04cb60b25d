/** The start page of a local service: what lies in the bucket, a gallery with the service's own transforms. */
import type { Config } from "./config.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { startPage } from "./pages/start.ts";
import { signUrl } from "./sdk/sign.ts";

/** A page, not an archive: the first pictures by name. */
const MOST_PICTURES = 60;

export async function localStartPage(
  bucket: R2Bucket,
  config: Config,
  version: string,
): Promise<Response> {
  const { objects } = await bucket.list({ limit: MOST_PICTURES, include: ["customMetadata"] });
  const pictures = objects.map(pictureOf);
  const sign = signer(config);
  const { html, csp } = await startPage({ pictures, version, ...(sign ? { sign } : {}) });
  return new Response(html, {
    headers: {
      ...SECURITY_HEADERS,
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": csp,
      "Cache-Control": "no-store",
    },
  });
}

/** Sizes as `npm start` noted them when it loaded the picture; without them the page still shows it. */
function pictureOf({ key, customMetadata = {} }: R2Object) {
  const [width, height] = [Number(customMetadata.width), Number(customMetadata.height)];
  return width > 0 && height > 0 ? { key, width, height } : { key };
}

/** Where URLs have to be signed, the page signs its own samples, and only those. */
function signer({ signing }: Config): ((url: string) => Promise<string>) | undefined {
  const [key] = signing.keys;
  if (signing.mode === "off" || !key) return undefined;
  return (url) => signUrl(url, { kid: key.id, key: key.bytes });
}
