/**
 * Entities that a document type declares: plain short texts alone, as drawing programs write them for namespaces. One
 * that holds markup or another entity is not declared; a use of it makes the file broken.
 */
import { PictorError } from "../../errors.ts";

const ENTITY =
  /<!ENTITY\s+([A-Za-z_][\w.-]{0,99})\s+(?:"([^"&<%]{0,1024})"|'([^'&<%]{0,1024})')\s*>/g;
const MAX_ENTITIES = 64;
const XML: Readonly<Record<string, string>> = { amp: "&", gt: ">", lt: "<", quot: '"', apos: "'" };

/**
 * XML's own, and the document's. What of the latter is read is counted: the parser has all of an attribute or of a text
 * in its hands before it tells anybody. `characters`: that they may come to, all together.
 * @throws PictorError `picture_too_large`, when one is read that is beyond that
 */
export function entitiesOf(doctype: string, characters: number): Record<string, string> {
  const entities = Object.assign(Object.create(null) as Record<string, string>, XML);
  let left = characters;
  for (const [name, text] of declaredIn(doctype)) {
    Object.defineProperty(entities, name, {
      get: () => {
        left -= text.length;
        if (left < 0) throw tooMuch();
        return text;
      },
    });
  }
  return entities;
}

/** The first of a name counts, and XML's own are what they are. */
function declaredIn(doctype: string): ReadonlyMap<string, string> {
  const declared = new Map<string, string>();
  let count = 0;
  for (const [, name, double, single] of doctype.matchAll(ENTITY)) {
    if (++count > MAX_ENTITIES) break;
    if (Object.hasOwn(XML, name!) || declared.has(name!)) continue;
    declared.set(name!, double ?? single ?? "");
  }
  return declared;
}

function tooMuch(): PictorError {
  return new PictorError("picture_too_large", {
    detail: "The SVG's entities make too much of it.",
    fix: "Simplify the drawing.",
  });
}
