/** What an edge cache may hold, by what the answer says of itself. */

/**
 * A 200, or an error that says for how long. 206 and `Vary: *` would make `put` throw; other `Vary`, `Set-Cookie` and
 * 5xx have no place in an answer for everybody.
 */
export function isStorable(response: Pick<Response, "status" | "headers">): boolean {
  const { status, headers } = response;
  if (status !== 200 && (status < 400 || status > 499)) return false;
  return isForAll(headers) && lifetimeOf(headers) > 0;
}

/**
 * What requests that wait for the same fill may be given, too: also a failure. An answer of success that must not be
 * stored may be for one client alone (a 304 in the making).
 */
export function isShareable(response: Pick<Response, "status" | "headers">): boolean {
  return isStorable(response) || (response.status >= 400 && isForAll(response.headers));
}

function isForAll(headers: Headers): boolean {
  return !headers.has("set-cookie") && !headers.has("vary");
}

/** Seconds that a shared cache may keep an answer (RFC 9111 section 5.2.2); 0 unless it says so. */
export function lifetimeOf(headers: Headers): number {
  const directives = (headers.get("cache-control") ?? "")
    .toLowerCase()
    .split(",")
    .map((directive) => directive.trim());
  if (directives.some((directive) => /^(?:no-store|no-cache|private)(?:=|$)/.test(directive))) {
    return 0;
  }
  return seconds(directives, "s-maxage") ?? seconds(directives, "max-age") ?? 0;
}

function seconds(directives: readonly string[], name: string): number | undefined {
  const found = directives.find((directive) => directive.startsWith(`${name}=`));
  if (found === undefined) return undefined;
  const text = found.slice(name.length + 1).replace(/^"(.*)"$/, "$1");
  return /^\d+$/.test(text) ? Number(text) : 0;
}
