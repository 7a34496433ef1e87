import { onnxModel, type Node } from '../load/onnx-writer.js'
import { createRandom } from '../load/random.js'

const SIDE = 32
const WIDTH = SIDE * SIDE
const DIMENSIONS = 16

/** uint8[rows, 1, 32, 32] → float32[rows, 16] of unit length, by way of so many products with a matrix of 4 MB. */
export function slowGraph(products: number): Buffer {
  const random = createRandom(products)
  const matrix = (rows: number, columns: number): Float32Array => {
    const bound = Math.sqrt(3 / rows)
    return Float32Array.from({ length: rows * columns }, () => (2 * random.next() - 1) * bound)
  }
  const chain = Array.from({ length: products }, (_, at): Node => ({
    op: 'MatMul',
    inputs: [`x${at}`, 'square'],
    outputs: [`x${at + 1}`],
  }))
  const unitLength = [
    { name: 'axis', int: 1 },
    { name: 'p', int: 2 },
  ]
  return onnxModel({
    name: 'slow',
    nodes: [
      { op: 'Cast', inputs: ['pixels'], outputs: ['levels'], attributes: [{ name: 'to', int: 1 }] },
      { op: 'Flatten', inputs: ['levels'], outputs: ['x0'] },
      ...chain,
      { op: 'MatMul', inputs: [`x${products}`, 'last'], outputs: ['vector'] },
      { op: 'LpNormalization', inputs: ['vector'], outputs: ['global'], attributes: unitLength },
    ],
    initializers: [
      { name: 'square', dims: [WIDTH, WIDTH], values: matrix(WIDTH, WIDTH) },
      { name: 'last', dims: [WIDTH, DIMENSIONS], values: matrix(WIDTH, DIMENSIONS) },
    ],
    inputs: [{ name: 'pixels', type: 'uint8', dims: ['rows', 1, SIDE, SIDE] }],
    outputs: [{ name: 'global', type: 'float32', dims: ['rows', DIMENSIONS] }],
  })
}
