// Reads BlazeFace's weights out of its ONNX file and prints them as C, in the order in which src/network.c takes them:
//
//   node wasm/faces/convert.mjs <model.onnx> > weights.c
//
// Each convolution is its weights as [row][column][input channel][output channel], then its biases, if it has any.
// The two heads of one size (boxes, scores) are one convolution, with 0 up to a multiple of four output channels.
// All weights were trained as 16-bit floats, and are refused if one is not. What is read of ONNX is what this file has:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto gives the numbers of the fields.
import { readFileSync } from "node:fs";

/** The network as src/network.c runs it: [outputs, inputs (1: one each), side, stride, padding before and after]. */
const CONVOLUTIONS = expected();

function expected() {
  const block = (from, to, stride) => [
    [from, 1, 3, stride, stride === 1 ? "1,1,1,1" : "0,0,1,1"],
    [to, from, 1, 1, "0,0,0,0"],
  ];
  const stage = (from, to) => [...block(from, to, 2), ...Array(7).fill(block(to, to, 1)).flat()];
  return [
    [24, 3, 5, 2, "1,1,2,2"],
    ...Array(7).fill(block(24, 24, 1)).flat(),
    ...stage(24, 24),
    ...stage(24, 48),
    ...stage(48, 96),
    ...block(96, 96, 2),
    [96, 96, 1, 1, "0,0,0,0"],
    [6, 96, 1, 1, "0,0,0,0"],
    [32, 96, 1, 1, "0,0,0,0"],
    [2, 96, 1, 1, "0,0,0,0"],
  ];
}

/** Fields of a protobuf message: [number, value], where a value is a number or the bytes of what has a length. */
function* fieldsOf(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) yield [key >>> 3, varint()];
    else if (kind === 2) {
      const length = varint();
      yield [key >>> 3, bytes.subarray(at, (at += length))];
    } else if (kind === 5) yield [key >>> 3, bytes.subarray(at, (at += 4))];
    else throw new Error(`a field of kind ${kind}`);

    function varint() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    }
  }
}

const all = (message, number) => [...fieldsOf(message)].filter(([n]) => n === number).map(([, value]) => value);
const text = (bytes) => Buffer.from(bytes).toString("latin1");

function tensorOf(message) {
  const [raw] = all(message, 9);
  const [type] = all(message, 2);
  const dims = all(message, 1).flatMap((dim) => (typeof dim === "number" ? [dim] : varints(dim)));
  const data = type === 1 && raw ? new Float32Array(Uint8Array.from(raw).buffer) : undefined;
  return { name: text(all(message, 8)[0]), dims, data };
}

function varints(packed) {
  return [...fieldsOf(Buffer.from([...packed].flatMap((byte, i) => (i === 0 || packed[i - 1] < 128 ? [8, byte] : [byte]))))].map(
    ([, value]) => value,
  );
}

function nodeOf(message) {
  const attributes = all(message, 5).map((attribute) => [
    text(all(attribute, 1)[0]),
    all(attribute, 8).flatMap((int) => (typeof int === "number" ? [int] : varints(int))),
  ]);
  return {
    type: text(all(message, 4)[0]),
    inputs: all(message, 1).map(text),
    attributes: Object.fromEntries(attributes),
  };
}

/** [outputs][inputs][row][column] → [row][column][input][output], with empty outputs at the end. */
function turned({ dims: [outputs, inputs, rows, columns], data }, padded) {
  const turned = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < padded; output++)
          turned.push(output < outputs ? data[((output * inputs + input) * rows + row) * columns + column] : 0);
  return turned;
}

/** The tensors of several convolutions of the same input as one of all their outputs. */
function joined(tensors) {
  return {
    dims: [tensors.reduce((sum, { dims }) => sum + dims[0], 0), ...tensors[0].dims.slice(1)],
    data: tensors.flatMap(({ data }) => [...data]),
  };
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE 754 binary16; subnormals too. */
function half(value) {
  float[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const exponent = ((bits[0] >>> 23) & 255) - 127;
  const fraction = bits[0] & 0x7fffff;
  if (value === 0) return sign;
  const shift = exponent < -14 ? -1 - exponent : 13;
  const whole = exponent < -14 ? fraction | 0x800000 : fraction;
  if (exponent > 15 || shift > 24 || whole % 2 ** shift !== 0) throw new Error(`${value} is not a 16-bit float`);
  return sign | (exponent < -14 ? whole >>> shift : ((exponent + 15) << 10) | (fraction >>> 13));
}

const [graph] = all(readFileSync(process.argv[2]), 7);
const tensors = new Map(all(graph, 5).map(tensorOf).map((tensor) => [tensor.name, tensor]));
const convolutions = all(graph, 1)
  .map(nodeOf)
  .filter(({ type }) => type === "Conv")
  .map(({ inputs: [, weights, biases], attributes }) => ({
    weights: tensors.get(weights),
    biases: biases && tensors.get(biases),
    stride: attributes.strides[0],
    pads: (attributes.pads ?? [0, 0, 0, 0]).join(),
  }));

convolutions.forEach(({ weights: { dims }, stride, pads }, i) => {
  const found = [dims[0], dims[1], dims[2], stride, pads].join(" ");
  if (found !== CONVOLUTIONS[i]?.join(" ")) throw new Error(`convolution ${i} is ${found}, not ${CONVOLUTIONS[i]}`);
});
if (convolutions.length !== CONVOLUTIONS.length) throw new Error(`${convolutions.length} convolutions`);

const [boxes8, scores8, boxes16, scores16] = convolutions.slice(-4);
// The heads of the larger map come first, before the last block.
const body = convolutions.slice(0, -6);
const last = convolutions.slice(-6, -4);
const head = (...parts) => ({
  weights: joined(parts.map(({ weights }) => weights)),
  biases: joined(parts.map(({ biases }) => biases)),
});
const ordered = [...body, head(boxes16, scores16), ...last, head(boxes8, scores8)];

const values = ordered.flatMap(({ weights, biases }) => {
  const padded = Math.ceil(weights.dims[0] / 4) * 4;
  const zeros = Array(padded - weights.dims[0]).fill(0);
  return [...turned(weights, padded), ...(biases ? [...biases.data, ...zeros] : [])];
});

console.log('#include "weights.h"\n');
console.log(`_Static_assert(FACES_WEIGHTS == ${values.length}, "the network and its weights");`);
console.log("const uint16_t faces_halves[FACES_WEIGHTS] = {");
for (let i = 0; i < values.length; i += 16) console.log(`${values.slice(i, i + 16).map(half).join(",")},`);
console.log("};");
