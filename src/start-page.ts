/** The start page of a local service: what lies in the bucket, with its sizes read from the headers. */
import type { Config } from "./config.ts";
import { SECURITY_HEADERS } from "./http/headers.ts";
import { peek } from "./image/peek.ts";
import { orientedSize } from "./image/plan.ts";
import { startPage } from "./pages/start.ts";
import { signUrl } from "./sdk/sign.ts";

/** A page, not an archive: the first pictures by name. */
const MOST_PICTURES = 60;

export async function localStartPage(
  bucket: R2Bucket,
  config: Config,
  version: string,
): Promise<Response> {
  const { objects } = await bucket.list({ limit: MOST_PICTURES });
  const pictures = await Promise.all(objects.map(({ key }) => pictureOf(bucket, key)));
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

/** A picture that cannot be read still stands on the page: there one sees what the service says about it. */
async function pictureOf(bucket: R2Bucket, key: string) {
  try {
    const object = await bucket.get(key);
    if (!object) return { key };
    const { facts, source } = await peek(object.body);
    await source.cancel();
    return { key, ...orientedSize(facts) };
  } catch {
    return { key };
  }
}

/** Where URLs have to be signed, the page signs its own samples, and only those. */
function signer({ signing }: Config): ((url: string) => Promise<string>) | undefined {
  const [key] = signing.keys;
  if (signing.mode === "off" || !key) return undefined;
  return (url) => signUrl(url, { kid: key.id, key: key.bytes });
}
