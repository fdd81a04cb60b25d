/** Control and format characters (also bidirectional overrides), line separators, private use and lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that came from outside, fit to be shown: at most `max` UTF-16 units of it (an ellipsis says that there was
 * more), and what cannot be seen written as `\u{…}`.
 */
export function visible(text: string, max: number): string {
  return cut(text, max).replace(INVISIBLE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(max - 1));
  return `${text.slice(0, splitsPair ? max - 1 : max)}…`;
}
