/**
 * `Content-Location` of a signed answer: the canonical URL of these very bytes, as a reference without a host. It
 * says which picture, what was done to it, and the format that was really sent, so that a signed answer proves
 * nothing for any other URL.
 */
import { formatName } from "../params/output.ts";
import { PARAM_NAMES, type ParamName } from "../params/table.ts";
import { type CanonicalRequest, printCanonical } from "./key.ts";

/**
 * `/<source>?<canonical transform with format>`, e.g. `/trips/lisbon.jpg?width=800&format=webp`. `contentType` is the
 * one that is sent. The answer of a fallback has the fallback's source here, never that of the picture it stands for.
 */
export function contentLocation(request: CanonicalRequest, contentType: string): string {
  const { source, transform, output } = request;
  const { pathname, search } = new URL(printCanonical({ source, transform, output }, "-"));
  const path = pathname.split("/").slice(3).join("/");
  if (output === "info") return `/_/info/${path}${search}`;
  const pairs = search === "" ? [] : search.slice(1).split("&");
  const after = pairs.findIndex((pair) => orderOf(pair) > FORMAT_ORDER);
  pairs.splice(after < 0 ? pairs.length : after, 0, `format=${formatName(output, contentType)}`);
  // A path that begins with two slashes would be read as a host (RFC 3986 section 4.2).
  return `${path.startsWith("/") ? "/./" : "/"}${path}?${pairs.join("&")}`;
}

const FORMAT_ORDER = PARAM_NAMES.indexOf("format");

function orderOf(pair: string): number {
  return PARAM_NAMES.indexOf(pair.slice(0, pair.indexOf("=")) as ParamName);
}
