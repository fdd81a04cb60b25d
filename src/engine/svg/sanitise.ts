/**
 * An SVG written anew with nothing but what draws: allow-lists of elements and attributes, references to parts of the
 * same file or to rasters in it, CSS that fetches nothing. No document type, no entities, no processing instructions, no
 * comments. What the parser does not take for well-formed is no picture.
 */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { PictorError } from "../../errors.ts";
import { MAX_SVG_BYTES } from "../../image/budget.ts";
import { svgEntityCharacters } from "../../image/memory-svg.ts";
import { broken } from "../../image/probe/reader.ts";
import { escapedXmlPieces } from "../../image/xml.ts";
import { isRaster, isSafeValue, safeDeclarations, safeSheet } from "./css.ts";
import { entitiesOf } from "./entities.ts";
import { decodedText } from "./text.ts";
import { ANIMATED, ATTRIBUTES, ELEMENTS, PLAIN_ATTRIBUTES, SHOWS_RASTERS } from "./vocabulary.ts";

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
const XML = "http://www.w3.org/XML/1998/namespace";

/** Elements, and those around each other: more than any drawing has, and few enough for a stack. */
const MAX_ELEMENTS = 100_000;
const MAX_DEPTH = 200;
/** Characters of all that is written: escapes and entities make it longer than what was read. */
const MAX_CHARACTERS = 2 * MAX_SVG_BYTES;

/** Attributes of the root element that are written instead of its own. */
export type RootAttributes = Readonly<Record<string, string>>;

/** As a file. */
export function sanitiseSvg(file: Uint8Array): Uint8Array {
  return new TextEncoder().encode(sanitised(file));
}

/** @throws PictorError `broken_image`, `unsupported_format`, `picture_too_large` */
export function sanitised(file: Uint8Array, root: RootAttributes = {}): string {
  if (file.length > MAX_SVG_BYTES) {
    throw tooLarge(`An SVG of more than ${MAX_SVG_BYTES / 2 ** 20} MiB is not read.`);
  }
  const writer = new Writer(root);
  const parser = new SaxesParser({ xmlns: true, additionalNamespaces: { xlink: XLINK } });
  parser.on("doctype", (text) => {
    parser.ENTITIES = entitiesOf(text, svgEntityCharacters(file.length));
  });
  parser.on("opentag", (tag) => writer.open(tag));
  parser.on("text", (text) => writer.text(text));
  parser.on("cdata", (text) => writer.text(text));
  parser.on("closetag", () => writer.close());
  try {
    for (const text of decodedText(file)) parser.write(text);
    parser.close();
  } catch (error) {
    if (error instanceof PictorError) throw error;
    throw broken(
      /undefined entity/.test(String(error))
        ? "The SVG uses an entity that is not declared, or not as plain text."
        : "The SVG is not well-formed.",
    );
  }
  return writer.done();
}

function tooLarge(detail: string): PictorError {
  return new PictorError("picture_too_large", { detail, fix: "Simplify the drawing." });
}

class Writer {
  private readonly root: RootAttributes;
  private readonly parts: string[] = [];
  private length = 0;
  private elements = 0;
  /** Names of the elements around. */
  private readonly path: string[] = [];
  /** Levels below the outermost dropped element; 0: nothing is being dropped. */
  private dropped = 0;
  /** Text of the style sheet that is being read. */
  private sheet: string | undefined;
  private namespace = SVG;

  constructor(root: RootAttributes) {
    this.root = root;
  }

  open(tag: SaxesTagNS): void {
    this.elements++;
    if (this.elements > MAX_ELEMENTS)
      throw tooLarge(`The SVG has more than ${MAX_ELEMENTS} elements.`);
    if (this.path.length + this.dropped >= MAX_DEPTH) {
      throw tooLarge(`The SVG's elements are nested more than ${MAX_DEPTH} deep.`);
    }
    // Without a namespace it is no SVG to a browser; as the root says so, it is meant.
    if (this.elements === 1 && tag.uri === "") this.namespace = "";
    const isKept = tag.uri === this.namespace && ELEMENTS.has(tag.local) && isSafeAnimation(tag);
    if (this.dropped > 0 || !isKept || this.sheet !== undefined) {
      this.dropped++;
      return;
    }
    this.path.push(tag.local);
    const namespaces = this.path.length === 1 ? ` xmlns="${SVG}" xmlns:xlink="${XLINK}"` : "";
    this.write(`<${tag.local}${namespaces}${this.attributesOf(tag)}>`);
    if (tag.local === "style") this.sheet = "";
  }

  text(text: string): void {
    if (this.dropped > 0 || this.path.length === 0) return;
    if (this.sheet === undefined) this.write(this.escaped(text));
    else this.sheet += text;
  }

  close(): void {
    if (this.dropped > 0) {
      this.dropped--;
      return;
    }
    if (this.sheet !== undefined) {
      this.write(this.escaped(safeSheet(this.sheet)));
      this.sheet = undefined;
    }
    this.write(`</${this.path.pop()}>`);
  }

  done(): string {
    if (this.elements === 0 || this.parts.length === 0)
      throw broken("The SVG has no root element.");
    return this.parts.join("");
  }

  private attributesOf(tag: SaxesTagNS): string {
    const isRoot = this.path.length === 1;
    let out = "";
    for (const { uri, local, value } of Object.values(tag.attributes)) {
      if (isRoot && uri === "" && Object.hasOwn(this.root, local)) continue;
      const kept = keptValue(tag.local, uri, local, value);
      if (kept === undefined) continue;
      const prefix = uri === XLINK ? "xlink:" : uri === XML ? "xml:" : "";
      out += ` ${prefix}${local}="${this.escaped(kept, out.length)}"`;
    }
    if (!isRoot) return out;
    return (
      out +
      Object.entries(this.root)
        .map(([name, value]) => ` ${name}="${this.escaped(value)}"`)
        .join("")
    );
  }

  /** `beside`: characters that will be written with it. */
  private escaped(text: string, beside = 0): string {
    let out = "";
    for (const piece of escapedXmlPieces(text)) {
      out += piece;
      this.assertRoom(beside + out.length);
    }
    return out;
  }

  private write(text: string): void {
    this.assertRoom(text.length);
    this.length += text.length;
    this.parts.push(text);
  }

  private assertRoom(characters: number): void {
    if (this.length + characters > MAX_CHARACTERS) {
      throw tooLarge("The SVG is too long when it is written anew.");
    }
  }
}

/** Undefined: the attribute is dropped. */
function keptValue(element: string, uri: string, name: string, value: string): string | undefined {
  if (uri === XML) return name === "space" || name === "lang" ? value : undefined;
  if (name === "href" && (uri === "" || uri === XLINK)) return keptReference(element, value);
  if (uri !== "") return undefined;
  if (name === "style") return safeDeclarations(value);
  if (!ATTRIBUTES.has(name)) return undefined;
  return PLAIN_ATTRIBUTES.has(name) || isSafeValue(value) ? value : undefined;
}

/** A part of the same file, or, for what shows pictures, one that lies in it. Links lead nowhere in a picture. */
function keptReference(element: string, href: string): string | undefined {
  if (element === "a") return undefined;
  if (/^\s*#[^\s]+\s*$/.test(href)) return href.trim();
  return SHOWS_RASTERS.has(element) && isRaster(href) ? href.trim() : undefined;
}

/** What changes a reference, a style or a handler is none. */
function isSafeAnimation({ local, attributes }: SaxesTagNS): boolean {
  if (!/^(animate|set)/.test(local)) return true;
  const name = attributes.attributeName?.value;
  return name === undefined ? local === "animateMotion" : ANIMATED.has(name.trim());
}
