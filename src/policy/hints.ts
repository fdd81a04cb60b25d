/**
 * What a browser says of itself in request headers: client hints (Responsive Image Client Hints, RFC 8942) with the
 * names that they had before, and Save-Data (https://wicg.github.io/savedata/). Which of them were looked at is noted:
 * `Vary` names just those.
 */
import { type AutoRule, asksClient, type Client } from "../params/auto.ts";
import { expandPreset, type Presets, resolve, type Transform } from "../params/resolve.ts";
import type { Wishes } from "../params/table.ts";

export interface Hints extends Client {
  /** Names of the headers that were read so far, whether or not the request had them. */
  readonly looked: () => readonly string[];
}

/** A structured field's integer or decimal (RFC 8941); Chromium writes out all digits of an odd `dpr`. */
const NUMBER = /^\d{1,6}(?:\.\d{1,20})?$/;

/** Under either name, the current one first. What is no number, or zero, counts as not sent. */
const WIDTH = ["Sec-CH-Width", "Width"];
const VIEWPORT = ["Sec-CH-Viewport-Width", "Viewport-Width"];
const DPR = ["Sec-CH-DPR", "DPR"];
const SAVE_DATA = "Save-Data";

export function hintsOf(headers: Pick<Headers, "get">): Hints {
  const looked = new Set<string>();
  const read = (name: string) => {
    looked.add(name);
    return headers.get(name);
  };
  const numberOf = (names: readonly string[]) => {
    for (const name of names) {
      const value = (read(name) ?? "").trim();
      if (NUMBER.test(value) && Number(value) > 0) return Number(value);
    }
    return undefined;
  };
  return {
    width: () => numberOf(WIDTH),
    viewport: () => numberOf(VIEWPORT),
    dpr: () => numberOf(DPR),
    saves: () => /^\s*on\s*(?:;|$)/i.test(read(SAVE_DATA) ?? ""),
    looked: () => [...looked],
  };
}

/** What wishes come to for one client. Nothing of it needs the origin. */
export interface Settled {
  /** As it is for a client that says nothing, without any rule. */
  readonly usual: Transform;
  /** The transform under a rule; the client's headers are read where the wishes or the rule give it a say. */
  readonly under: (rule: AutoRule) => Transform;
  /** Value of `Accept-CH`, where the wishes are settled by hints. */
  readonly acceptCh: string | undefined;
}

/** Throws what `resolve` throws. */
export function settle(wishes: Wishes, presets: Presets, hints: Client): Settled {
  const usual = resolve(wishes, presets);
  const wanted = expandPreset(wishes, presets);
  const asks = asksClient(wanted);
  return {
    usual,
    under: (rule) =>
      asks || rule.saveData !== undefined ? resolve(wishes, presets, hints, rule) : usual,
    acceptCh: acceptCh(wanted),
  };
}

/**
 * Value of `Accept-CH`: the hints that these wishes are settled by. Save-Data is no hint that one asks for. Browsers
 * obey it on the answer to a navigation; on a picture it tells whoever tries the URL by hand what it goes by.
 */
function acceptCh({ width, dpr }: Pick<Wishes, "width" | "dpr">): string | undefined {
  if (width === "auto") return "Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-DPR";
  return dpr === "auto" ? "Sec-CH-DPR" : undefined;
}
