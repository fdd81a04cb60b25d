/** BlazeFace's layers as plain loops over the same weights, in double precision: what `wasm/faces` is held to. */

interface Map3 {
  readonly side: number;
  readonly channels: number;
  readonly at: Float64Array;
}

interface Convolution {
  readonly outputs: number;
  readonly kernel: number;
  readonly step: number;
  /** Rows and columns of zeros before the first. */
  readonly before: number;
  /** Each channel by itself. */
  readonly depthwise?: boolean;
  readonly biased: boolean;
}

/** The weights in their order (`wasm/faces/convert.mjs`). */
interface Weights {
  take(count: number): Float32Array;
}

function convolved(from: Map3, shape: Convolution, weights: Weights): Map3 {
  const { outputs, kernel, step, before, depthwise = false, biased } = shape;
  const inputs = depthwise ? 1 : from.channels;
  const values = weights.take(kernel * kernel * inputs * outputs);
  const biases = biased ? weights.take(outputs) : new Float32Array(outputs);
  const side = from.side / step;
  const at = new Float64Array(side * side * outputs);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let output = 0; output < outputs; output++) {
        let sum = biases[output]!;
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const [sy, sx] = [y * step - before + ky, x * step - before + kx];
            if (sy < 0 || sx < 0 || sy >= from.side || sx >= from.side) continue;
            const place = (sy * from.side + sx) * from.channels;
            for (let input = 0; input < inputs; input++) {
              const value = from.at[place + (depthwise ? output : input)]!;
              sum += value * values[((ky * kernel + kx) * inputs + input) * outputs + output]!;
            }
          }
        at[(y * side + x) * outputs + output] = sum;
      }
  return { side, channels: outputs, at };
}

const relu = ({ at, ...map }: Map3): Map3 => ({
  ...map,
  at: at.map((value) => Math.max(0, value)),
});

function largest({ side, channels, at }: Map3): Map3 {
  const half = side / 2;
  const result = new Float64Array(half * half * channels);
  for (let i = 0; i < result.length; i++) {
    const channel = i % channels;
    const [x, y] = [Math.floor(i / channels) % half, Math.floor(i / channels / half)];
    const four = [0, 1].flatMap((dy) =>
      [0, 1].map((dx) => at[((2 * y + dy) * side + 2 * x + dx) * channels + channel]!),
    );
    result[i] = Math.max(...four);
  }
  return { side: half, channels, at: result };
}

/** The shorter one's channels are added to the first of the other's. */
function added(map: Map3, shortcut: Map3): Map3 {
  const at = map.at.map((value, i) => {
    const channel = i % map.channels;
    const place = Math.floor(i / map.channels);
    const more =
      channel < shortcut.channels ? shortcut.at[place * shortcut.channels + channel]! : 0;
    return value + more;
  });
  return { ...map, at };
}

function block(from: Map3, outputs: number, step: 1 | 2, weights: Weights, shortcut = true): Map3 {
  const { channels } = from;
  const before = step === 1 ? 1 : 0;
  const deep = { outputs: channels, kernel: 3, step, before, depthwise: true, biased: false };
  const flat = { outputs, kernel: 1, step: 1, before: 0, biased: true };
  const map = convolved(convolved(from, deep, weights), flat, weights);
  if (!shortcut) return relu(map);
  return relu(added(map, step === 2 ? largest(from) : from));
}

/** `pixels`: 256×256 of RGBA. */
export function referenceRun(pixels: Uint8Array, all: Float32Array): Float64Array {
  let taken = 0;
  const weights: Weights = {
    take(count) {
      taken += count;
      return all.subarray(taken - count, taken);
    },
  };
  const rgb = Float64Array.from({ length: 256 * 256 * 3 }, (_, i) => {
    const byte = pixels[Math.floor(i / 3) * 4 + (i % 3)]!;
    return byte / 127.5 - 1;
  });
  const first = { outputs: 24, kernel: 5, step: 2, before: 1, biased: true };
  let map = relu(convolved({ side: 256, channels: 3, at: rgb }, first, weights));
  for (let i = 0; i < 7; i++) map = block(map, 24, 1, weights);
  for (const outputs of [24, 48, 96]) {
    map = block(map, outputs, 2, weights);
    for (let i = 0; i < 7; i++) map = block(map, outputs, 1, weights);
  }
  const head = (outputs: number) => ({ outputs, kernel: 1, step: 1, before: 0, biased: true });
  const larger = convolved(map, head(36), weights);
  const smaller = convolved(block(map, 96, 2, weights, false), head(104), weights);
  if (taken !== all.length) throw new Error(`${taken} of ${all.length} weights`);
  return Float64Array.from([...larger.at, ...smaller.at]);
}
