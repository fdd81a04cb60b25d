/** IPTC-IIM (IIM 4.2): flat datasets, each with a record, a number and a value. Read, chosen from, and written anew. */
import { latin1 } from "../probe/reader.ts";
import { MAX_IPTC_BYTES, type MetadataWish } from "./blocks.ts";

interface Dataset {
  readonly record: number;
  readonly number: number;
  readonly value: Uint8Array;
}

const MARKER = 0x1c;
const HEAD_BYTES = 5;
/** More than any file has. */
const MAX_DATASETS = 2_000;

/** The envelope says what text is coded in (1:90); the application record holds all else. */
const ENVELOPE = 1;
const CODED_IN = 90;
const APPLICATION = 2;
/** Version of the record (2:00), which is mandatory. */
const VERSION = 0;

/** By-line, credit, copyright notice. */
const RIGHTS: ReadonlySet<number> = new Set([80, 110, 116]);
/** Besides, what the picture shows and where it comes from. */
const DESCRIPTION: ReadonlySet<number> = new Set([
  ...[5, 10, 15, 20, 25, 40, 55, 60, 62, 63, 65, 70, 85, 103, 105, 115, 118, 120, 122],
]);
/** Content location, city, sublocation, province, country. */
const LOCATION: ReadonlySet<number> = new Set([26, 27, 90, 92, 95, 100, 101]);

/** Undefined where nothing is left. What is too long as wished is reduced to its rights, then dropped. */
export function keptIptc(iptc: Uint8Array, wish: MetadataWish): Uint8Array | undefined {
  const datasets = readDatasets(iptc);
  for (const as of [wish, "copyright"] as const) {
    const kept = datasets.filter((dataset) => isKept(dataset, as));
    if (!kept.some(isContent)) return undefined;
    const bytes = written(kept);
    if (bytes.length <= MAX_IPTC_BYTES) return bytes;
  }
  return undefined;
}

function isKept({ record, number, value }: Dataset, wish: MetadataWish): boolean {
  if (record === ENVELOPE) return number === CODED_IN && value.length <= 32;
  if (record !== APPLICATION) return false;
  if (number === VERSION) return value.length === 2;
  if (RIGHTS.has(number)) return true;
  if (wish === "copyright") return false;
  return DESCRIPTION.has(number) || (wish === "keep-gps" && LOCATION.has(number));
}

function isContent({ record, number }: Dataset): boolean {
  return record === APPLICATION && number !== VERSION;
}

/** As far as it makes sense. Values of 32 KiB and more, whose length has another form, end it: no text has them. */
function readDatasets(bytes: Uint8Array): readonly Dataset[] {
  const datasets: Dataset[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length && datasets.length < MAX_DATASETS) {
    const length = bytes[at + 3]! * 256 + bytes[at + 4]!;
    const end = at + HEAD_BYTES + length;
    if (bytes[at] !== MARKER || length > 0x7fff || end > bytes.length) break;
    const [record, number] = [bytes[at + 1]!, bytes[at + 2]!];
    datasets.push({ record, number, value: bytes.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return datasets;
}

function written(datasets: readonly Dataset[]): Uint8Array {
  const length = datasets.reduce((sum, { value }) => sum + HEAD_BYTES + value.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { record, number, value } of datasets) {
    bytes.set([MARKER, record, number, value.length >> 8, value.length & 0xff], at);
    bytes.set(value, at + HEAD_BYTES);
    at += HEAD_BYTES + value.length;
  }
  return bytes;
}

/** What has a property of XMP of the same meaning (IPTC Photo Metadata Standard 2023.2, "IIM mapping"). */
export interface IptcTexts {
  readonly creators: readonly string[];
  readonly credit?: string;
  readonly rights?: string;
}

/** The rights as text, for formats that have no place for IIM. */
export function iptcRights(iptc: Uint8Array): IptcTexts {
  const datasets = readDatasets(iptc);
  const isUtf8 = datasets.some(
    ({ record, number, value }) =>
      record === ENVELOPE && number === CODED_IN && latin1(value) === UTF8_DESIGNATION,
  );
  const textsOf = (wanted: number) =>
    datasets
      .filter(({ record, number }) => record === APPLICATION && number === wanted)
      .map(({ value }) => (isUtf8 ? new TextDecoder().decode(value) : latin1(value)).trim())
      .filter((text) => text !== "");
  const [[credit], [rights]] = [textsOf(110), textsOf(116)];
  return {
    creators: textsOf(80),
    ...(credit !== undefined && { credit }),
    ...(rights !== undefined && { rights }),
  };
}

/** ISO 2022: what follows is UTF-8. Without it, IIM means ISO 646; in fact it is mostly Latin-1. */
const UTF8_DESIGNATION = "\x1b%G";
