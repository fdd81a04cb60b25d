import { readFileSync } from "node:fs";

export function header(name: string): string {
  const text = readFileSync(new URL(`../../../wasm/engine/src/${name}`, import.meta.url), "utf8");
  return text.replace(/\/\*[\s\S]*?\*\//g, "");
}

/** The constants of all `enum { A = 1, B = 2 }` in a header. */
export function constants(text: string): Record<string, number> {
  const bodies = [...text.matchAll(/enum\s*\{([^}]*)\}/g)].map(([, body]) => body!);
  return Object.fromEntries(
    bodies
      .flatMap((body) => body.split(","))
      .map((line) => line.split("=").map((part) => part.trim()))
      .map(([name, value]) => [name!, Number(value)]),
  );
}

interface CField {
  readonly name: string;
  readonly type: string;
}

/** The fields of `typedef struct { … } name;` in order, with fields that are structs themselves laid out in their place. */
export function structFields(text: string, name: string): CField[] {
  const body = new RegExp(`typedef struct \\{([^}]*)\\}\\s*${name};`).exec(text)?.[1];
  if (body === undefined) throw new Error(`there is no struct ${name}`);
  return body
    .split(";")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .flatMap((line) => {
      const [, type, names] = /^(\w+)\s+([\w\s,[\]]+)$/.exec(line)!;
      return names!
        .split(",")
        .flatMap((field) => elements(field.trim(), text))
        .map((name) => ({ name, type: type! }));
    })
    .flatMap((field) =>
      /^(u?int32_t|float)$/.test(field.type)
        ? [field]
        : structFields(text, field.type).map((inner) => ({
            name: `${field.name}.${inner.name}`,
            type: inner.type,
          })),
    );
}

/** `draw[MAX]` → `draw[0]`, `draw[1]` …; what is no array is itself. */
function elements(field: string, text: string): string[] {
  const [, name, length] = /^(\w+)\[(\w+)\]$/.exec(field) ?? [];
  if (name === undefined) return [field];
  return Array.from({ length: constants(text)[length!]! }, (_, i) => `${name}[${i}]`);
}
