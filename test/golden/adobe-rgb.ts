/** An ICC profile of Adobe RGB (1998), as ICC.1:2001 lays it out: sharp has none built in. */

/** Colorants relative to D50, as Adobe's own profile states them: X, Y, Z. */
const COLORANTS = {
  rXYZ: [0.60974, 0.31111, 0.01947],
  gXYZ: [0.20528, 0.62567, 0.06087],
  bXYZ: [0.14919, 0.06322, 0.74457],
} as const;
const D50 = [0.9642, 1, 0.8249] as const;
/** 563/256, as u8Fixed8Number. */
const GAMMA = 0x0233;

const HEADER_BYTES = 128;
const NAME = "Adobe RGB (1998)";

export function adobeRgbProfile(): Uint8Array {
  const curve = bytes("curv", 0, 1, GAMMA << 16);
  const tags: readonly (readonly [name: string, content: Buffer])[] = [
    [
      "desc",
      Buffer.concat([bytes("desc", 0, NAME.length + 1), Buffer.from(NAME), Buffer.alloc(84)]),
    ],
    ["cprt", bytes("text", 0, "none", 0)],
    ["wtpt", xyz(D50)],
    ...Object.entries(COLORANTS).map(([name, value]) => [name, xyz(value)] as const),
    ...["rTRC", "gTRC", "bTRC"].map((name) => [name, curve] as const),
  ];
  const table = [bytes(tags.length)];
  let at = HEADER_BYTES + 4 + 12 * tags.length;
  for (const [name, content] of tags) {
    table.push(bytes(name, at, content.length));
    at += content.length;
  }
  return Buffer.concat([header(at), ...table, ...tags.map(([, content]) => content)]);
}

function header(size: number): Buffer {
  const start = bytes(size, 0, 0x02100000, "mntr", "RGB ", "XYZ ", 0, 0, 0, "acsp");
  const rest = bytes(0, 0, 0, 0, 0, 0, 0, ...D50.map(fixed));
  return Buffer.concat([start, rest], HEADER_BYTES);
}

function xyz(value: readonly number[]): Buffer {
  return bytes("XYZ ", 0, ...value.map(fixed));
}

function fixed(value: number): number {
  return Math.round(value * 65536);
}

/** Four bytes each: text as it is, numbers big-endian. */
function bytes(...words: readonly (string | number)[]): Buffer {
  return Buffer.concat(
    words.map((word) => {
      if (typeof word === "string") return Buffer.from(word, "latin1");
      const four = Buffer.alloc(4);
      four.writeUInt32BE(word);
      return four;
    }),
  );
}
