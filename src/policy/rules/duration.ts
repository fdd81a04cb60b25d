/** Durations: `90s`, `5m`, `1h`, `30d` or whole seconds → seconds, and back into words. */

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS = { s: 1, m: MINUTE, h: HOUR, d: DAY } as const;

/** Completes the sentence "expected …". */
export const DURATION = "whole seconds, or a text such as 90s, 5m, 1h or 30d";

/** Seconds; `undefined` for anything else. */
export function secondsOf(value: unknown): number | undefined {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  }
  const [, digits, unit] =
    typeof value === "string" ? (/^(\d{1,9})([smhd])$/.exec(value) ?? []) : [];
  return digits === undefined ? undefined : Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** For people: `1 h 30 min`, its two largest units. */
export function inWords(seconds: number): string {
  if (seconds === 0) return "0 s";
  const parts = [
    [Math.floor(seconds / DAY), "d"],
    [Math.floor((seconds % DAY) / HOUR), "h"],
    [Math.floor((seconds % HOUR) / MINUTE), "min"],
    [seconds % MINUTE, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map((part) => part.join(" "))
    .join(" ");
}
