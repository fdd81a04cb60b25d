/** Serialises structured fields (RFC 9651 section 4.1): lists of items with parameters, as far as we send them. */

export interface Token {
  readonly token: string;
}

export type BareItem = string | number | boolean | Token;

export interface Item {
  readonly value: BareItem;
  /** In order. A key is lower case; `undefined` leaves the parameter out. */
  readonly params: Readonly<Record<string, BareItem | undefined>>;
}

const TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;

/** Largest magnitude of an Integer (RFC 9651 section 3.3.1). */
const MAX_INTEGER = 999_999_999_999_999;

export function serializeList(items: readonly Item[]): string {
  return items.map(serializeItem).join(", ");
}

/** A Token where the text has a token's form, else a String. */
export function tokenOrString(text: string): BareItem {
  return TOKEN.test(text) ? { token: text } : text;
}

function serializeItem({ value, params }: Item): string {
  let text = serializeBare(value);
  for (const [key, param] of Object.entries(params)) {
    if (param === undefined) continue;
    text += param === true ? `;${key}` : `;${key}=${serializeBare(param)}`;
  }
  return text;
}

function serializeBare(value: BareItem): string {
  if (typeof value === "string") return serializeString(value);
  if (typeof value === "number") return serializeInteger(value);
  if (typeof value === "boolean") return value ? "?1" : "?0";
  return value.token;
}

/** These headers explain, they do not command: what a String cannot hold becomes `?` rather than a failed answer. */
function serializeString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/gu, "?").replace(/["\\]/g, "\\$&")}"`;
}

function serializeInteger(value: number): string {
  const bounded = Math.min(MAX_INTEGER, Math.max(-MAX_INTEGER, Math.trunc(value)));
  return String(Number.isNaN(bounded) ? 0 : bounded + 0);
}
