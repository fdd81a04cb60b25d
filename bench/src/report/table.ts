/** Markdown tables and numbers. */

export type Align = "left" | "right";

export interface Column<Item> {
  readonly head: string;
  readonly align?: Align;
  readonly of: (item: Item) => string;
}

export function table<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row(columns.map(({ head }) => head)),
    `|${columns.map(({ align }) => (align === "right" ? "---:" : "---")).join("|")}|`,
    ...items.map((item) => row(columns.map(({ of }) => of(item).replaceAll("|", "\\|")))),
  ].join("\n");
}

export function ms(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(value < 100 ? 1 : 0);
}

export function mb(bytes: number | undefined): string {
  return bytes === undefined ? "" : (bytes / 1e6).toFixed(1);
}

export function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

/** JSON keeps no infinity: a PSNR of equal pictures comes back as null. */
export function fixed(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? "–" : value.toFixed(digits);
}
