/**
 * Writes ONNX files, so that a benchmark graph needs neither Python nor a package: just enough of protobuf's wire format
 * and of onnx.proto3 (the field numbers stand beside each line) for float graphs.
 */

const VARINT = 0
const LENGTH_DELIMITED = 2
const FLOAT_32 = 5

export const ELEMENT_TYPES = { float32: 1, uint8: 2, int64: 7 } as const
export type ElementType = keyof typeof ELEMENT_TYPES

export type Attribute =
  | { readonly name: string; readonly int: number }
  | { readonly name: string; readonly float: number }
  | { readonly name: string; readonly ints: readonly number[] }

export interface Node {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: readonly Attribute[]
}

export interface Initializer {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: Float32Array | BigInt64Array
}

/** A graph input or output; a dim is a size or a symbol. */
export interface Value {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly (number | string)[]
}

export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly Node[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

const IR_VERSION = 8
const OPSET_VERSION = 17
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const

/** The bytes of a ModelProto. */
export function onnxModel(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    varintField(1, IR_VERSION), // ir_version
    textField(2, 'radserve-bench'), // producer_name
    bytesField(7, onnxGraph(graph)), // graph
    bytesField(8, varintField(2, OPSET_VERSION)), // opset_import { version }
  ])
}

function onnxGraph(graph: OnnxGraph): Buffer {
  return Buffer.concat([
    ...graph.nodes.map((node, at) => bytesField(1, onnxNode(node, `${node.op}_${at}`))), // node
    textField(2, graph.name), // name
    ...graph.initializers.map((initializer) => bytesField(5, onnxTensor(initializer))), // initializer
    ...graph.inputs.map((value) => bytesField(11, onnxValue(value))), // input
    ...graph.outputs.map((value) => bytesField(12, onnxValue(value))), // output
  ])
}

function onnxNode(node: Node, name: string): Buffer {
  return Buffer.concat([
    ...node.inputs.map((input) => textField(1, input)), // input
    ...node.outputs.map((output) => textField(2, output)), // output
    textField(3, name), // name
    textField(4, node.op), // op_type
    ...(node.attributes ?? []).map((attribute) => bytesField(5, onnxAttribute(attribute))), // attribute
  ])
}

function onnxAttribute(attribute: Attribute): Buffer {
  const name = textField(1, attribute.name) // name
  if ('int' in attribute) return Buffer.concat([name, varintField(3, attribute.int), typeField(ATTRIBUTE_TYPES.int)]) // i
  if ('float' in attribute) {
    const value = Buffer.alloc(4)
    value.writeFloatLE(attribute.float)
    return Buffer.concat([name, key(2, FLOAT_32), value, typeField(ATTRIBUTE_TYPES.float)]) // f
  }
  const ints = attribute.ints.map((value) => varintField(8, value)) // ints
  return Buffer.concat([name, ...ints, typeField(ATTRIBUTE_TYPES.ints)])
}

function typeField(type: number): Buffer {
  return varintField(20, type) // type
}

function onnxTensor({ name, dims, values }: Initializer): Buffer {
  const type: ElementType = values instanceof Float32Array ? 'float32' : 'int64'
  return Buffer.concat([
    ...dims.map((dim) => varintField(1, dim)), // dims
    varintField(2, ELEMENT_TYPES[type]), // data_type
    textField(8, name), // name
    bytesField(9, Buffer.from(values.buffer, values.byteOffset, values.byteLength)), // raw_data, little-endian
  ])
}

function onnxValue({ name, type, dims }: Value): Buffer {
  const shape = dims.map(
    (dim) => bytesField(1, typeof dim === 'number' ? varintField(1, dim) : textField(2, dim)), // dim { dim_value | dim_param }
  )
  const tensorType = Buffer.concat([varintField(1, ELEMENT_TYPES[type]), bytesField(2, Buffer.concat(shape))]) // elem_type, shape
  return Buffer.concat([textField(1, name), bytesField(2, bytesField(1, tensorType))]) // name, type { tensor_type }
}

function varintField(field: number, value: number): Buffer {
  return Buffer.concat([key(field, VARINT), varint(BigInt.asUintN(64, BigInt(value)))])
}

function textField(field: number, value: string): Buffer {
  return bytesField(field, Buffer.from(value, 'utf8'))
}

function bytesField(field: number, value: Buffer): Buffer {
  return Buffer.concat([key(field, LENGTH_DELIMITED), varint(BigInt(value.length)), value])
}

function key(field: number, wireType: number): Buffer {
  return varint(BigInt(field * 8 + wireType))
}

/** Seven bits a byte, the lowest first; a set top bit says that more follow. */
function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 0x80)
  } while (rest !== 0n)
  return Buffer.from(bytes)
}
