/**
 * Makes a WASM module whose memory and time have an end, out of one that has neither:
 *
 * - Its memory becomes an import (`env.memory`) of fixed size, so that whoever makes an instance says how much it has.
 *   (What an instance grows to, V8 does not count as pressure, and dropped instances then pile up.) `memory.grow` and
 *   `memory.size` become those of a part of it: `pages`, an exported global, of `most`, one that is set before a call.
 *   `full`, one more, is 1 once a wish for more was refused.
 * - Every function and every turn of a loop uses up one unit of `fuel`, an exported global that is set before a call;
 *   at 0 the module traps (`unreachable`). So a call ends after a number of steps that does not depend on the machine.
 *
 * Custom sections (names, producers) are left out. Nothing else changes. Format: WebAssembly Core Specification 2.0,
 * section 5; what it does not know, it refuses.
 */

const TYPE = 1;
const IMPORT = 2;
const FUNCTION = 3;
const MEMORY = 5;
const GLOBAL = 6;
const EXPORT = 7;
const CODE = 10;
const ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

/** `bytes`: of a module. Answers those of the bounded one. Throws for what it does not know. */
export function bounded(bytes) {
  const sections = readSections(bytes);
  const imports = readImports(sections.get(IMPORT));
  if (imports.memories > 0 || count(sections.get(MEMORY)) !== 1) {
    throw new Error("Expected a module with one memory of its own");
  }
  const least = leastPages(bytes);
  const first = count(sections.get(GLOBAL)) + imports.globals;
  const [fuel, full, pages, most] = [first, first + 1, first + 2, first + 3];
  const type = count(sections.get(TYPE));
  const grow = count(sections.get(FUNCTION)) + imports.functions;
  const add = (section, item) => sections.set(section, appended(sections.get(section), item));
  add(TYPE, [0x60, 1, I32, 1, I32]);
  add(IMPORT, memoryImport(least));
  sections.delete(MEMORY);
  add(FUNCTION, unsigned(type));
  for (const value of [0, 0, least, least]) add(GLOBAL, mutableGlobal(value));
  for (const [text, global] of Object.entries({ fuel, full, pages, most })) {
    add(EXPORT, [...name(text), 0x03, ...unsigned(global)]);
  }
  sections.set(CODE, boundedCode(sections.get(CODE), step(fuel), grow, pages));
  add(CODE, growFunction({ full, pages, most }));
  return joined(bytes.subarray(0, 8), sections);
}

const I32 = 0x7f;

function mutableGlobal(value) {
  return [I32, 0x01, ...constant(value), 0x0b];
}

const get = (global) => [0x23, ...unsigned(global)];
const set = (global) => [0x24, ...unsigned(global)];

/** `i32.const`, of numbers that are not negative. */
function constant(value) {
  const bytes = unsigned(value);
  // Signed LEB128: the highest bit of the last byte is the sign.
  if ((bytes.at(-1) & 0x40) === 0) return [0x41, ...bytes];
  return [0x41, ...bytes.slice(0, -1), bytes.at(-1) | 0x80, 0];
}

/** If there is no fuel, trap; else one unit less. */
function step(fuel) {
  const trap = [...get(fuel), 0x45, 0x04, 0x40, 0x00, 0x0b];
  return Uint8Array.from([...trap, ...get(fuel), 0x41, 0x01, 0x6b, ...set(fuel)]);
}

/** `memory.grow` in a part of a memory that has its full size already: the pages before, or -1 and a note. */
function growFunction({ full, pages, most }) {
  const wanted = [0x20, 0x00, ...get(pages), 0x6a];
  const body = [
    ...[0x00, ...wanted, ...get(most), 0x4b, 0x04, I32], // no locals; if there are more wanted than there are
    ...[0x41, 0x01, ...set(full), 0x41, 0x7f, 0x05],
    ...[...get(pages), ...wanted, ...set(pages), 0x0b, 0x0b],
  ];
  return [...unsigned(body.length), ...body];
}

/** Pages of 64 KiB that the module starts with. */
export function leastPages(bytes) {
  return leb(readSections(bytes).get(MEMORY).subarray(1), 1)[0];
}

function readSections(bytes) {
  const sections = new Map();
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, start] = leb(bytes, at + 1);
    if (id !== 0) sections.set(id, bytes.subarray(start, start + size));
    at = start + size;
  }
  if (!sections.has(TYPE) || !sections.has(FUNCTION)) throw new Error("No code in it");
  return sections;
}

/** A section that is not there. */
const EMPTY = Uint8Array.from([0]);

function readImports(section = EMPTY) {
  let [left, at] = leb(section, 0);
  const found = { functions: 0, globals: 0, memories: 0 };
  for (; left > 0; left--) {
    for (let i = 0; i < 2; i++) {
      const [length, start] = leb(section, at);
      at = start + length;
    }
    const kind = section[at++];
    if (kind === 0) {
      [, at] = leb(section, at);
      found.functions++;
    } else if (kind === 3) {
      found.globals++;
      at += 2;
    } else throw new Error(`An import of kind ${kind}`);
  }
  return found;
}

function memoryImport(least) {
  return [...name("env"), ...name("memory"), 0x02, 0x00, ...unsigned(least)];
}

function boundedCode(section, step, grow, pages) {
  let [left, at] = leb(section, 0);
  const instead = {
    [LOOP]: (code) => concat([code, step]),
    [MEMORY_GROW]: () => Uint8Array.from([0x10, ...unsigned(grow)]),
    [MEMORY_SIZE]: () => Uint8Array.from(get(pages)),
  };
  const out = [Uint8Array.from(unsigned(left))];
  for (; left > 0; left--) {
    const [size, start] = leb(section, at);
    const body = boundedBody(section.subarray(start, start + size), step, instead);
    out.push(Uint8Array.from(unsigned(body.length)), body);
    at = start + size;
  }
  return concat(out);
}

const LOOP = 0x03;
const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;

function boundedBody(body, step, instead) {
  const code = behindLocals(body);
  const parts = [body.subarray(0, code), step];
  let from = code;
  for (let at = code; at < body.length; ) {
    const next = behind(body, at);
    const other = instead[body[at]];
    if (other) {
      parts.push(body.subarray(from, at), other(body.subarray(at, next)));
      from = next;
    }
    at = next;
  }
  parts.push(body.subarray(from));
  return concat(parts);
}

function behindLocals(body) {
  let [groups, at] = leb(body, 0);
  for (; groups > 0; groups--) at = leb(body, at)[1] + 1;
  return at;
}

/** Offset behind the instruction at `at`. */
function behind(code, at) {
  const op = code[at];
  const skip = (immediates) => {
    let end = at + 1;
    for (let i = 0; i < immediates; i++) [, end] = leb(code, end);
    return end;
  };
  if (op === 0x02 || op === 0x03 || op === 0x04) return skip(1); // block, loop, if: a type
  if (op === 0x0e) return skip(1 + leb(code, at + 1)[0] + 1); // br_table
  if (op === 0x11) return skip(2); // call_indirect
  if (op === 0x0c || op === 0x0d || op === 0x10) return skip(1); // br, br_if, call
  if (op >= 0x20 && op <= 0x24) return skip(1); // locals, globals
  if (op >= 0x28 && op <= 0x3e) return skip(2); // loads and stores
  if (op === 0x3f || op === 0x40) return skip(1); // memory.size, memory.grow
  if (op === 0x41 || op === 0x42) return skip(1); // i32.const, i64.const
  if (op === 0x43) return at + 5; // f32.const
  if (op === 0x44) return at + 9; // f64.const
  const isPlain = op <= 0x01 || op === 0x05 || op === 0x0b || op === 0x0f || op === 0x1a || op === 0x1b;
  if (isPlain || (op >= 0x45 && op <= 0xc4)) return at + 1;
  // Saturating truncation. Copying memory in one go (0xfc 8 and on) would be steps that nobody counts.
  if (op === 0xfc && code[at + 1] <= 7) return at + 2;
  throw new Error(`Instruction 0x${op.toString(16)} ${code[at + 1].toString(16)}`);
}

function joined(header, sections) {
  const parts = [header];
  for (const id of ORDER) {
    const section = sections.get(id);
    if (section) parts.push(Uint8Array.from([id, ...unsigned(section.length)]), section);
  }
  return concat(parts);
}

/** A vector with one more item. */
function appended(section = EMPTY, item = []) {
  const [length, start] = leb(section, 0);
  return concat([Uint8Array.from(unsigned(length + 1)), section.subarray(start), Uint8Array.from(item)]);
}

function count(section) {
  return section === undefined ? 0 : leb(section, 0)[0];
}

function name(text) {
  return [...unsigned(text.length), ...Buffer.from(text)];
}

/** Unsigned LEB128: the value (its low 32 bits) and the offset behind it. Of signed ones the offset alone counts. */
function leb(bytes, start) {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error("Ends too early");
    if (shift < 32) value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return [value >>> 0, at];
  }
}

function unsigned(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return bytes;
  }
}

function concat(parts) {
  return new Uint8Array(Buffer.concat(parts));
}
