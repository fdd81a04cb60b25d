/** A few shapes as SVG text; on white, so that it can be read on any page. */

export const INK = "#1f2937";
export const FAINT = "#d1d5db";
export const COLOURS = {
  ours: "#0f766e",
  sharp: "#c2410c",
  jsquash: "#6d28d9",
  photon: "#0369a1",
  wio: "#a16207",
  ipx: "#be185d",
  goal: "#6b7280",
};

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly colour?: string;
  readonly bold?: boolean;
  /** Degrees, around its own place. */
  readonly turn?: number;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 12, anchor = "start", colour = INK, bold = false, turn } = style;
  const turned = turn === undefined ? "" : ` transform="rotate(${turn} ${n(x)} ${n(y)})"`;
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" text-anchor="${anchor}" fill="${colour}"${weight}${turned}>${escaped(content)}</text>`;
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  colour = FAINT,
  dash?: string,
): string {
  const dashed = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${colour}"${dashed}/>`;
}

export function dot(x: number, y: number, colour: string, title: string): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="4.5" fill="${colour}" fill-opacity="0.85"><title>${escaped(title)}</title></circle>`;
}

export function bar(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${colour}"/>`;
}

export function path(points: readonly (readonly [x: number, y: number])[], colour: string): string {
  const steps = points.map(([x, y], i) => `${i ? "L" : "M"}${n(x)} ${n(y)}`).join("");
  return `<path d="${steps}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

/** `title` is what a screen reader says. */
export function picture(
  width: number,
  height: number,
  title: string,
  shapes: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 26, title, { size: 15, bold: true }),
    ...shapes,
    "</svg>\n",
  ].join("\n");
}

export interface Entry {
  readonly label: string;
  readonly colour: string;
}

export function legend(x: number, y: number, entries: readonly Entry[]): string[] {
  let at = x;
  return entries.flatMap(({ label, colour }) => {
    const left = at;
    at += 28 + label.length * 6.6;
    return [dot(left + 5, y - 4, colour, label), text(left + 15, y, label)];
  });
}

/** Maps a range of values onto one of px. */
export function linear(from: readonly [number, number], to: readonly [number, number]) {
  return (value: number) => to[0] + ((value - from[0]) / (from[1] - from[0])) * (to[1] - to[0]);
}

export function logarithmic(from: readonly [number, number], to: readonly [number, number]) {
  const scale = linear([Math.log(from[0]), Math.log(from[1])], to);
  return (value: number) => scale(Math.log(value));
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
