/** What a row of the parameter table says. */
import type { Kind } from "./kinds.ts";

/** Largest side of a result, in px, as imgix and Fastly have it. */
export const MAX_SIDE = 8192;

/**
 * What a parameter is for decides what it touches:
 * `transform` the pixels or the bytes, so it is part of the cache key;
 * `preset` stands for other parameters and is replaced by them;
 * `delivery` only this one answer (its headers, or an explanation in its place);
 * `access` only whether the request is allowed.
 */
export type Role = "transform" | "preset" | "delivery" | "access";
export type Group =
  | "size"
  | "orientation"
  | "adjustment"
  | "overlay"
  | "output"
  | "delivery"
  | "access";

interface Row<T> {
  readonly alias?: readonly string[];
  readonly role: Role;
  readonly group: Group;
  /** Value that stands for an absent parameter. */
  readonly default?: T;
  /** How often it may be given; its value is then a list, in the order of the URL. Absent: once. */
  readonly most?: number;
  readonly unit?: string;
  /** A value, as text, that shows the parameter in `docs/parameters.md`. */
  readonly example: string;
  readonly doc: string;
}

export interface Param<T = unknown> extends Row<T> {
  readonly kind: Kind<T>;
}

export function param<T, const R extends Row<T>>(
  kind: Kind<T>,
  row: R,
): R & { readonly kind: Kind<T> } {
  return { kind, ...row };
}
