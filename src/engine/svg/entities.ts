/**
 * Entities that a document type declares: plain short texts alone, as drawing programs write them for namespaces. One
 * that holds markup or another entity is not declared; a use of it makes the file broken.
 */
const ENTITY =
  /<!ENTITY\s+([A-Za-z_][\w.-]{0,99})\s+(?:"([^"&<%]{0,1024})"|'([^'&<%]{0,1024})')\s*>/g;
const MAX_ENTITIES = 64;
const XML: Readonly<Record<string, string>> = { amp: "&", gt: ">", lt: "<", quot: '"', apos: "'" };

/** XML's own, and the document's. */
export function entitiesOf(doctype: string): Record<string, string> {
  const entities = Object.assign(Object.create(null) as Record<string, string>, XML);
  for (const [, name, double, single] of [...doctype.matchAll(ENTITY)].slice(0, MAX_ENTITIES)) {
    entities[name!] ??= double ?? single ?? "";
  }
  return entities;
}
