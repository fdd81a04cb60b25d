/**
 * `width=auto` and `dpr=auto` → numbers, by what the client says of itself, folded to short ladders: so that the many
 * screens of the world come to few cache entries. What Save-Data lowers is lowered here, too. Pure; who asks, and
 * which of his headers were looked at, is the matter of `policy/hints.ts`.
 */
import { PLACEHOLDERS } from "./output.ts";
import { MAX_SIDE } from "./row.ts";
import type { Wishes } from "./table.ts";

/** Wishes in which nothing is left to the client. */
export type PlainWishes = Omit<Wishes, "width" | "dpr"> & {
  readonly width?: number;
  readonly dpr?: number;
};

/** Device pixels; Cloudflare's rungs (320, 768, 960, 1200) with some between and above them. */
export const DEFAULT_WIDTHS: readonly number[] = [320, 480, 640, 768, 960, 1200, 1600, 1920, 2560];
/** Above 3, nobody sees more of a photo. */
export const DPRS: readonly number[] = [1, 1.5, 2, 3];

/** What a client may say of itself; what it does not say is `undefined`. Nothing is read before it matters. */
export interface Client {
  /** Width that the picture has in the page's layout, in device px. */
  readonly width: () => number | undefined;
  /** Width of the viewport, in CSS px. */
  readonly viewport: () => number | undefined;
  /** Device px in a CSS px. */
  readonly dpr: () => number | undefined;
  /** It wants less data. */
  readonly saves: () => boolean;
}

/** A client that says nothing. */
export const SILENT: Client = {
  width: () => undefined,
  viewport: () => undefined,
  dpr: () => undefined,
  saves: () => false,
};

/** How the operator wants it: the fields are those of a cache rule. */
export interface AutoRule {
  readonly widths?: { readonly ladder: readonly number[] };
  /** Save-Data counts; absent, it is not looked at. */
  readonly saveData?: SaveData;
}

export interface SaveData {
  /** What the quality is lowered to. */
  readonly quality: number;
  /** Whether also a quality that was asked for is lowered. */
  readonly overrides: boolean;
}

/** Whether these wishes leave something to the client, whatever the rule. */
export function asksClient({ width, dpr }: Wishes): boolean {
  return width === "auto" || dpr === "auto";
}

/** Presets must have been expanded: a preset may say `auto`. Idempotent, as nothing is left to the client then. */
export function withoutAuto(
  wishes: Wishes,
  client: Client = SILENT,
  rule: AutoRule = {},
): PlainWishes {
  if (!asksClient(wishes) && !rule.saveData) return wishes as PlainWishes;
  const { width: _, dpr: __, ...rest } = wishes;
  const dpr = dprOf(wishes, client, rule);
  const width = wishes.width === "auto" ? autoWidth(wishes, dpr, client, rule) : wishes.width;
  const quality = savedQuality(wishes, client, rule);
  return {
    ...rest,
    ...(width !== undefined && { width }),
    ...(dpr !== undefined && { dpr }),
    ...(quality !== undefined && { quality }),
  };
}

function saves(client: Client, { saveData }: AutoRule): boolean {
  return saveData !== undefined && client.saves();
}

/** The next larger rung of `DPRS`, of those that keep all lengths within bounds; a client that says nothing has 1. */
function dprOf(wishes: Wishes, client: Client, rule: AutoRule): number | undefined {
  if (wishes.dpr !== "auto") return wishes.dpr;
  if (saves(client, rule)) return 1;
  const most = MAX_SIDE / longest(wishes);
  const allowed = DPRS.filter((dpr) => dpr === 1 || dpr <= most);
  return rungFor(client.dpr() ?? 1, allowed);
}

/** The longest of what `dpr` multiplies, in CSS px; at least 1. */
function longest({ width, height, ar, pad, border, radius, draw = [] }: Wishes): number {
  const wide = width === "auto" ? undefined : width;
  const byRatio = ar && [
    wide !== undefined && wide * (ar.height / ar.width),
    height !== undefined && height * (ar.width / ar.height),
  ];
  const drawn = draw.flatMap(({ x, y, width: side }) => [
    Math.abs(x),
    Math.abs(y),
    side?.unit === "px" ? side.value : 1,
  ]);
  const around = [...Object.values(pad ?? {}), border?.width, radius];
  const lengths = [wide, height, ...(byRatio ?? []), ...around, ...drawn];
  return Math.max(1, ...lengths.map(Number).filter((px) => px > 0));
}

/**
 * In CSS px of `dpr`, so that the two multiplied are the rung: rungs are device px, as everywhere. A client that says
 * nothing gets the middle of the ladder.
 */
function autoWidth(
  wishes: Wishes,
  dpr: number | undefined,
  client: Client,
  rule: AutoRule,
): number {
  const ladder = rungsWithin(rule.widths?.ladder ?? DEFAULT_WIDTHS, wishes);
  const wanted = devicePixels(wishes, client, rule);
  const middle = ladder[Math.floor((ladder.length - 1) / 2)]!;
  const rung = wanted === undefined ? middle : rungFor(wanted, ladder);
  return rung / (dpr ?? 1);
}

/**
 * A `dpr` of the URL's own, and the 1 of who saves data, count for the client's: a width that it states in its own
 * device px is brought to them where it states its `dpr` as well.
 */
function devicePixels({ dpr }: Wishes, client: Client, rule: AutoRule): number | undefined {
  const instead = saves(client, rule) ? 1 : typeof dpr === "number" ? dpr : undefined;
  const width = client.width();
  if (width !== undefined) {
    const own = instead === undefined ? undefined : client.dpr();
    return own === undefined || instead === undefined ? width : (width / own) * instead;
  }
  const viewport = client.viewport();
  return viewport === undefined ? undefined : viewport * (instead ?? client.dpr() ?? 1);
}

/** Those whose height by `ar` is within bounds; where none is, it will be refused as any such width is. */
function rungsWithin(ladder: readonly number[], { ar }: Wishes): readonly number[] {
  if (!ar) return ladder;
  const within = ladder.filter((px) => Math.round(px * (ar.height / ar.width)) <= MAX_SIDE);
  return within.length === 0 ? ladder : within;
}

/** The next larger one, or the largest. What is larger by less than a thousandth is a rounding error. */
function rungFor(wanted: number, rungs: readonly number[]): number {
  return rungs.find((rung) => rung * 1.001 >= wanted) ?? rungs.at(-1)!;
}

function savedQuality(wishes: Wishes, client: Client, rule: AutoRule): number | undefined {
  const { quality } = wishes;
  const { saveData } = rule;
  if (!saveData || !hasQuality(wishes)) return quality;
  if (quality === undefined) return client.saves() ? saveData.quality : undefined;
  if (!saveData.overrides || quality <= saveData.quality) return quality;
  return client.saves() ? saveData.quality : quality;
}

const NO_QUALITY: ReadonlySet<string> = new Set(["png", "gif", "svg", "json", ...PLACEHOLDERS]);

/** Whether there may be a quality to lower. */
function hasQuality({ lossless, format }: Wishes): boolean {
  return lossless !== true && !(format && NO_QUALITY.has(format));
}
