/**
 * XMP written anew: a strict parser reads the packet, and what is kept of its properties is written as one
 * `rdf:Description` (ISO 16684-1 section 7). No entities but XML's own, no comments, no instructions, no other names.
 */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { escapedXmlLines } from "../xml.ts";
import { MAX_BLOCK_BYTES, MAX_XMP_BYTES, type MetadataWish } from "./blocks.ts";
import { isKeptName, isKeptProperty, PREFIXES, RDF, XML } from "./xmp-vocabulary.ts";

/** Elements around each other; no property is deeper than a structure in a list in a structure. */
const MAX_DEPTH = 32;

/** A property of ours, where the packet has none of its name. */
export interface AddedProperty {
  /** As it is written, e.g. `dc:rights`. */
  readonly name: string;
  /** How a list of values is written; text where there is none. */
  readonly list?: "Seq" | "Alt" | "Bag";
  readonly values: readonly string[];
}

/** Undefined where nothing is left. What is too long as wished is reduced to its rights, then dropped. */
export function keptXmp(
  packet: Uint8Array | undefined,
  wish: MetadataWish,
  added: readonly AddedProperty[] = [],
): Uint8Array | undefined {
  const wishes = wish === "copyright" ? [wish] : ([wish, "copyright"] as const);
  for (const [i, as] of wishes.entries()) {
    const read = packet ? propertiesOf(packet, as) : [];
    if (read === undefined && i < wishes.length - 1) continue;
    const properties = read ?? [];
    const names = new Set(properties.map(({ name }) => name));
    const more = added.filter(({ name, values }) => values.length > 0 && !names.has(name));
    const all = [...properties.map(({ text }) => text), ...more.map(printAdded)];
    if (all.length === 0) return undefined;
    const bytes = new TextEncoder().encode(packetOf(all));
    if (bytes.length <= MAX_XMP_BYTES) return bytes;
  }
  return undefined;
}

interface Property {
  readonly name: string;
  readonly text: string;
}

/** Nothing of what is not well-formed, too deep or too long. */
function propertiesOf(packet: Uint8Array, wish: MetadataWish): readonly Property[] | undefined {
  if (packet.length > MAX_BLOCK_BYTES) return undefined;
  const reader = new PropertyReader(wish);
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on("opentag", (tag) => reader.open(tag));
  parser.on("text", (text) => reader.text(text));
  parser.on("cdata", (text) => reader.text(text));
  parser.on("closetag", () => reader.close());
  try {
    // Some writers end the packet with NUL.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })
      .decode(packet)
      .replace(/\0+$/, "");
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return reader.properties;
}

type Attribute = Pick<SaxesTagNS, "uri" | "local"> & { readonly value: string };

class PropertyReader {
  readonly properties: Property[] = [];
  private readonly wish: MetadataWish;
  private depth = 0;
  /** Depth of `rdf:RDF`; only the first one counts. */
  private rdf: number | undefined;
  private isOver = false;
  /** Depth of what is being dropped, with all that is in it. */
  private dropped: number | undefined;
  /** The property that is being written: its text so far, and the elements that are open in it. */
  private parts: string[] = [];
  /** Characters of all that is written. */
  private length = 0;
  private path: string[] = [];

  constructor(wish: MetadataWish) {
    this.wish = wish;
  }

  open(tag: SaxesTagNS): void {
    this.depth++;
    if (this.depth > MAX_DEPTH) throw new RangeError("too deep");
    if (this.dropped !== undefined || this.isOver) return;
    if (this.rdf === undefined) {
      if (tag.uri === RDF && tag.local === "RDF") this.rdf = this.depth;
      return;
    }
    const level = this.depth - this.rdf;
    if (level === 1) this.openDescription(tag);
    else if (level === 2) this.openProperty(tag);
    else this.openInside(tag);
  }

  text(text: string): void {
    // Between elements there is white space alone.
    if (this.path.length > 0 && this.dropped === undefined && text.trim() !== "") {
      this.write(escapedXmlLines(text));
    }
  }

  close(): void {
    this.depth--;
    if (this.dropped !== undefined) {
      if (this.depth < this.dropped) this.dropped = undefined;
      return;
    }
    const name = this.path.pop();
    if (name !== undefined) {
      this.write(`</${name}>`);
      if (this.path.length === 0) this.end(name);
    }
    if (this.rdf !== undefined && this.depth < this.rdf) this.isOver = true;
  }

  /** Simple properties may be its attributes. */
  private openDescription({ uri, local, attributes }: SaxesTagNS): void {
    if (uri !== RDF || local !== "Description") {
      this.drop();
      return;
    }
    for (const attribute of Object.values(attributes)) {
      const { uri, local, value } = attribute;
      if (!isKeptProperty(uri, local, this.wish)) continue;
      const name = nameOf(attribute);
      this.write(`<${name}>${escapedXmlLines(value)}</${name}>`);
      this.end(name);
    }
  }

  private openProperty(tag: SaxesTagNS): void {
    if (!isKeptProperty(tag.uri, tag.local, this.wish)) {
      this.drop();
      return;
    }
    this.start(nameOf(tag), tag);
  }

  private openInside(tag: SaxesTagNS): void {
    if (tag.uri === RDF && INSIDE.has(tag.local)) this.start(`rdf:${tag.local}`, tag);
    else if (isKeptName(tag.uri, tag.local, this.wish)) this.start(nameOf(tag), tag);
    else this.drop();
  }

  private start(name: string, { attributes }: SaxesTagNS): void {
    const kept = Object.values(attributes).flatMap((attribute) => this.attribute(attribute));
    this.write(`<${name}${kept.map((one) => ` ${one}`).join("")}>`);
    this.path.push(name);
  }

  private attribute(attribute: Attribute): readonly string[] {
    const { uri, local, value } = attribute;
    const as = (name: string) => [`${name}="${escapedXmlLines(value)}"`];
    if (uri === XML) return local === "lang" ? as("xml:lang") : [];
    if (uri === RDF) {
      const isKept = local === "resource" || (local === "parseType" && value === "Resource");
      return isKept ? as(`rdf:${local}`) : [];
    }
    return isKeptName(uri, local, this.wish) ? as(nameOf(attribute)) : [];
  }

  private drop(): void {
    this.dropped = this.depth;
  }

  /** No more than can be kept is held. */
  private write(text: string): void {
    this.length += text.length;
    if (this.length > MAX_XMP_BYTES) throw new RangeError("too long");
    this.parts.push(text);
  }

  private end(name: string): void {
    this.properties.push({ name, text: this.parts.join("") });
    this.parts = [];
  }
}

/** What RDF puts around values. */
const INSIDE: ReadonlySet<string> = new Set(["Bag", "Seq", "Alt", "li", "Description", "value"]);

function nameOf({ uri, local }: Pick<SaxesTagNS, "uri" | "local">): string {
  return `${PREFIXES[uri]}:${local}`;
}

function printAdded({ name, list, values }: AddedProperty): string {
  if (list === undefined) return `<${name}>${escapedXmlLines(values.join(", "))}</${name}>`;
  const language = list === "Alt" ? ' xml:lang="x-default"' : "";
  const items = values.map((value) => `<rdf:li${language}>${escapedXmlLines(value)}</rdf:li>`);
  return `<${name}><rdf:${list}>${items.join("")}</rdf:${list}></${name}>`;
}

/** Namespaces that are used, and no other, are named. `end="r"`: nobody is to change it in place. */
function packetOf(properties: readonly string[]): string {
  const body = properties.join("");
  const used = Object.entries(PREFIXES).filter(([, prefix]) => body.includes(`${prefix}:`));
  const names = used.map(([uri, prefix]) => ` xmlns:${prefix}="${uri}"`).join("");
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}">` +
    `<rdf:Description rdf:about=""${names}>${body}</rdf:Description>` +
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
  );
}
