/** What `npm start` prints when the service is up: what to open, and two URLs to begin with. */
import type { PictureFile } from "./pictures.ts";
import type { SeedResult } from "./seed.ts";

export interface WelcomeFacts {
  readonly url: string;
  readonly folder: string;
  readonly pictures: readonly PictureFile[];
  readonly changes: SeedResult;
  readonly signing: string;
}

/** They are in the bucket, but asking for them is answered 415. */
const NOT_READ = new Set(["image/heic", "image/heif"]);

export function welcome({ url, folder, pictures, changes, signing }: WelcomeFacts): string {
  const count = `${pictures.length} picture${pictures.length === 1 ? "" : "s"}`;
  return [
    "",
    `  Pictor serves ${count} of ${folder} (${changesText(changes)}).`,
    "",
    `  Open  ${url}/`,
    "",
    ...examples(url, pictures, signing),
    "  Ctrl-C stops it. Your own pictures: npm start -- <folder>",
    "",
  ].join("\n");
}

function changesText({ uploaded, dropped }: SeedResult): string {
  const parts = [
    uploaded.length > 0 ? `${uploaded.length} loaded` : "",
    dropped.length > 0 ? `${dropped.length} dropped` : "",
  ].filter(Boolean);
  return parts.join(", ") || "nothing changed";
}

/** With the empty line that follows them. None when no picture can be read. */
function examples(url: string, pictures: readonly PictureFile[], signing: string): string[] {
  const readable = pictures.filter(({ contentType }) => !NOT_READ.has(contentType));
  const key = (readable.find(({ key }) => key === "coffee.jpg") ?? readable[0])?.key;
  if (key === undefined) return [];
  const path = `${url}/${key.split("/").map(encodeURIComponent).join("/")}`;
  if (signing !== "off") {
    return [
      `  SIGNING=${signing}: other pictures and sizes need a signature, which this makes:`,
      `        npx pictor sign "${path}?w=400"`,
      "",
    ];
  }
  return [
    `  Try   ${path}?w=400&format=webp`,
    `        ${path}?w=320&h=320&fit=cover&saturation=0`,
    "",
  ];
}
