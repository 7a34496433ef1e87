/**
 * A graph of real size with random weights: ResNet-50 for gray films of 224×224, and a bag of words as its text tower.
 * Batch normalisation is folded into the convolutions, as an exporter does it.
 *
 * `tsx test/load/resnet50.ts <folder>` writes the two files for a look with other tools.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onnxModel, type Attribute, type Initializer, type Node } from './onnx-writer.js'
import { createRandom, type Random } from './random.js'

export const IMAGE_SIDE = 224
export const DIMENSIONS = 512

/** Blocks of each stage and the channels inside them; a block puts out four times as many. */
const STAGES = [
  { blocks: 3, width: 64, stride: 1 },
  { blocks: 4, width: 128, stride: 2 },
  { blocks: 6, width: 256, stride: 2 },
  { blocks: 3, width: 512, stride: 2 },
] as const
const EXPANSION = 4
/** ImageNet's channel statistics on the 0–255 scale. */
const MEAN = [123.675, 116.28, 103.53]
const STD = [58.395, 57.12, 57.375]

/** Nodes and weights as they are laid, one after the other. */
class GraphBuilder {
  readonly nodes: Node[] = []
  readonly initializers: Initializer[] = []
  readonly #random: Random

  constructor(seed: number) {
    this.#random = createRandom(seed)
  }

  add(op: string, inputs: readonly string[], attributes: readonly Attribute[] = [], output?: string): string {
    const name = output ?? `${op.toLowerCase()}_${this.nodes.length}`
    this.nodes.push({ op, inputs, outputs: [name], attributes })
    return name
  }

  constant(dims: readonly number[], values: Float32Array | BigInt64Array): string {
    const name = `weight_${this.initializers.length}`
    this.initializers.push({ name, dims, values })
    return name
  }

  /** Uniform with a variance of `gain` / fan-in, which keeps the size of activations from layer to layer. */
  weights(dims: readonly number[], fanIn: number, gain: number): string {
    const bound = Math.sqrt((3 * gain) / fanIn)
    const count = dims.reduce((product, dim) => product * dim, 1)
    return this.constant(
      dims,
      Float32Array.from({ length: count }, () => (2 * this.#random.next() - 1) * bound),
    )
  }

  conv(input: string, shape: { from: number; to: number; side: number; stride: number; gain: number }): string {
    const { from, to, side, stride, gain } = shape
    const pad = (side - 1) / 2
    const weight = this.weights([to, from, side, side], from * side * side, gain)
    const bias = this.weights([to], 100, 1)
    return this.add(
      'Conv',
      [input, weight, bias],
      [
        { name: 'kernel_shape', ints: [side, side] },
        { name: 'strides', ints: [stride, stride] },
        { name: 'pads', ints: [pad, pad, pad, pad] },
      ],
    )
  }
}

/** uint8[rows, 1, 224, 224] → float32[rows, 512] of unit length. About 98 MB. */
export function resnet50(seed = 50): Buffer {
  const builder = new GraphBuilder(seed)
  let x = stem(builder, normalise(builder, 'pixels'))
  let channels = STAGES[0].width
  for (const stage of STAGES) {
    for (let block = 0; block < stage.blocks; block++) {
      x = bottleneck(builder, x, { channels, width: stage.width, stride: block === 0 ? stage.stride : 1 })
      channels = stage.width * EXPANSION
    }
  }
  const pooled = builder.add('Flatten', [builder.add('GlobalAveragePool', [x])])
  const projection = builder.weights([channels, DIMENSIONS], channels, 1)
  unitLength(builder, builder.add('MatMul', [pooled, projection]))
  return onnxModel({
    name: 'resnet50',
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: [{ name: 'pixels', type: 'uint8', dims: ['rows', 1, IMAGE_SIDE, IMAGE_SIDE] }],
    outputs: [{ name: 'global', type: 'float32', dims: ['rows', DIMENSIONS] }],
  })
}

function normalise(builder: GraphBuilder, pixels: string): string {
  const levels = builder.add('Cast', [pixels], [{ name: 'to', int: 1 }])
  const planes = builder.add('Concat', [levels, levels, levels], [{ name: 'axis', int: 1 }])
  const mean = builder.constant([1, 3, 1, 1], Float32Array.from(MEAN))
  const scale = builder.constant(
    [1, 3, 1, 1],
    Float32Array.from(STD, (std) => 1 / std),
  )
  return builder.add('Mul', [builder.add('Sub', [planes, mean]), scale])
}

function stem(builder: GraphBuilder, x: string): string {
  const convolved = builder.add('Relu', [builder.conv(x, { from: 3, to: 64, side: 7, stride: 2, gain: 2 })])
  return builder.add(
    'MaxPool',
    [convolved],
    [
      { name: 'kernel_shape', ints: [3, 3] },
      { name: 'strides', ints: [2, 2] },
      { name: 'pads', ints: [1, 1, 1, 1] },
    ],
  )
}

function bottleneck(builder: GraphBuilder, x: string, at: { channels: number; width: number; stride: number }): string {
  const { channels, width, stride } = at
  const to = width * EXPANSION
  const narrow = builder.add('Relu', [builder.conv(x, { from: channels, to: width, side: 1, stride: 1, gain: 2 })])
  const middle = builder.add('Relu', [builder.conv(narrow, { from: width, to: width, side: 3, stride, gain: 2 })])
  // A small last convolution, so that the sum over sixteen blocks does not grow.
  const wide = builder.conv(middle, { from: width, to, side: 1, stride: 1, gain: 0.2 })
  const isSame = channels === to && stride === 1
  const shortcut = isSame ? x : builder.conv(x, { from: channels, to, side: 1, stride, gain: 1 })
  return builder.add('Relu', [builder.add('Add', [wide, shortcut])])
}

/** int64[rows, length] twice → float32[rows, 512] of unit length: the mean of the words that the mask keeps. */
export function bagOfWords(vocabulary: number, seed = 51): Buffer {
  const builder = new GraphBuilder(seed)
  const table = builder.weights([vocabulary, DIMENSIONS], DIMENSIONS, 1)
  const words = builder.add('Gather', [table, 'input_ids'])
  const mask = builder.add('Cast', ['attention_mask'], [{ name: 'to', int: 1 }])
  const column = builder.add('Unsqueeze', [mask, builder.constant([1], BigInt64Array.of(2n))])
  const axes = builder.constant([1], BigInt64Array.of(1n))
  const sum = builder.add('ReduceSum', [builder.add('Mul', [words, column]), axes], [{ name: 'keepdims', int: 0 }])
  unitLength(builder, sum)
  return onnxModel({
    name: 'bag-of-words',
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: [
      { name: 'input_ids', type: 'int64', dims: ['rows', 'length'] },
      { name: 'attention_mask', type: 'int64', dims: ['rows', 'length'] },
    ],
    outputs: [{ name: 'global', type: 'float32', dims: ['rows', DIMENSIONS] }],
  })
}

function unitLength(builder: GraphBuilder, vector: string): void {
  const attributes = [
    { name: 'axis', int: 1 },
    { name: 'p', int: 2 },
  ]
  builder.add('LpNormalization', [vector], attributes, 'global')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? 'bench-results'
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'resnet50.onnx'), resnet50())
  writeFileSync(join(folder, 'bag-of-words.onnx'), bagOfWords(128))
}
