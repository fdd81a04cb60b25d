/** Which sizes and formats are made of a photo, and by whom besides ours and sharp. */
import type { Name } from "./contenders/contender.ts";
import type { Probed } from "./memory/probe.ts";
import type { Photo } from "./photos.ts";
import { FORMATS, type Format, sizesOf, type Task, taskOf } from "./task.ts";

export interface Asked {
  readonly task: Task;
  readonly peers: readonly Name[];
  /** Whose memory is measured, besides ours. */
  readonly probed: readonly Probed[];
}

const ALL_PEERS: readonly Name[] = ["jsquash", "photon", "wio", "ipx"];
const ALL_PROBED: readonly Probed[] = ["jsquash", "photon", "wio"];

/** Beyond that, whole pictures in memory take seconds, and many times what an isolate has. */
const MAX_JSQUASH_MEGAPIXELS = 13;
/** Photos of the usual phones: few, as all peers take their time with them. */
const PHONE_MEGAPIXELS = [11, 13] as const;

export function asked(photo: Photo): Asked[] {
  return photo.facts.format === "jpeg" ? ofJpeg(photo) : ofOthers(photo);
}

function ofJpeg(photo: Photo): Asked[] {
  const { kind, megapixels, facts } = photo;
  const [least, most] = PHONE_MEGAPIXELS;
  const isPhone = kind === "photo" && !facts.progressive && megapixels > least && megapixels < most;
  const withJsquash = kind === "photo" && megapixels <= MAX_JSQUASH_MEGAPIXELS;
  const rows = sizesOf(photo).flatMap((size) =>
    FORMATS.map((format): Asked => {
      const task = taskOf(photo, size, format);
      if (size !== 800) return { task, peers: [], probed: [] };
      if (isPhone) return { task, peers: ALL_PEERS, probed: format === "webp" ? ALL_PROBED : [] };
      if (!withJsquash) return { task, peers: [], probed: [] };
      return { task, peers: ["jsquash"], probed: format === "webp" ? ["jsquash"] : [] };
    }),
  );
  if (!isPhone) return rows;
  return [...rows, { task: taskOf(photo, 800, "avif"), peers: ALL_PEERS, probed: ["jsquash"] }];
}

/** Lossless pictures stay so once; JXL is asked for once, as few write it. */
function ofOthers(photo: Photo): Asked[] {
  const { format, alpha } = photo.facts;
  const isPng = format === "png";
  const wanted: readonly (readonly [size: number, format: Format])[] = [
    [400, "webp"],
    [800, "webp"],
    ...(isPng || alpha ? ([[800, "png"]] as const) : []),
    [800, "avif"],
    ...(isPng && photo.kind === "derived" ? ([[800, "jxl"]] as const) : []),
  ];
  return wanted
    .filter(([size]) => sizesOf(photo, [size]).length > 0)
    .map(([size, as]) => ({
      task: taskOf(photo, size, as),
      peers: ALL_PEERS,
      probed: size === 800 ? probedFor(as) : [],
    }));
}

/** A new process for each takes a second or two, and w-i-o's the most: its module is the largest. */
function probedFor(format: Format): readonly Probed[] {
  if (format === "webp") return ALL_PROBED;
  return format === "avif" ? ["jsquash"] : [];
}
