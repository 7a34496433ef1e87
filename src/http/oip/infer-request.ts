import type { TSchema } from 'typebox'
import { AppError } from '../../errors.js'
import type { TensorSpec } from '../../families/component.js'
import type { NamedTensors, Tensor } from '../../tensor/tensor.js'
import { parseJsonBody } from '../body.js'
import { InferBodySchema, type InferBody, type InferInput } from '../schemas/oip.js'
import { createCheck } from '../validator.js'
import { elementBytes, OIP_DATATYPES, oipToDtype } from './datatypes.js'
import { binaryToTensor } from './tensor-binary.js'
import { jsonToTensor } from './tensor-json.js'

/** An output as the caller wants to have it. */
export interface WantedOutput {
  readonly name: string
  readonly isBinary: boolean
}

export interface InferCall {
  readonly id: string | undefined
  readonly inputs: NamedTensors
  /** `undefined`: every output of the graph, each as `isBinary` says. */
  readonly outputs: readonly WantedOutput[] | undefined
  readonly isBinary: boolean
  readonly priority: number | undefined
  readonly timeoutUs: number | undefined
}

const check = createCheck(InferBodySchema satisfies TSchema)

/**
 * Reads an inference request: JSON, or JSON with the tensors behind it (the binary tensor extension), whose length the
 * header `Inference-Header-Content-Length` gives. A length of 0 means that the body is the one input's raw data.
 */
export function readInfer(body: Buffer, jsonLength: string | undefined, specs: readonly TensorSpec[]): InferCall {
  if (jsonLength === undefined) return readCall(parseJsonBody(body), Buffer.alloc(0))
  const length = /^\d{1,12}$/.test(jsonLength) ? Number(jsonLength) : Infinity
  if (length > body.length)
    throw new AppError('malformed_body', 'Inference-Header-Content-Length is no length within the body.')
  return length === 0 ? readRaw(body, specs) : readCall(parseJsonBody(body.subarray(0, length)), body.subarray(length))
}

function readCall(json: unknown, tail: Buffer): InferCall {
  const body = check(json) as InferBody
  let at = 0
  const take = (bytes: number): Buffer => {
    if (at + bytes > tail.length) throw new AppError('malformed_body', 'The body ends before its binary tensors do.')
    return tail.subarray(at, (at += bytes))
  }
  const entries = body.inputs.map((input, index) => [input.name, readInput(input, index, take)] as const)
  if (at !== tail.length) throw new AppError('malformed_body', 'The body holds more bytes than its binary tensors.')
  const names = new Set(body.inputs.map(({ name }) => name))
  if (names.size !== body.inputs.length) throw new AppError('invalid_tensor', 'An input is given twice.')
  const isBinary = body.parameters?.binary_data_output ?? false
  return {
    id: body.id,
    inputs: Object.fromEntries(entries),
    outputs: body.outputs?.map(({ name, parameters }) => ({ name, isBinary: parameters?.binary_data ?? isBinary })),
    isBinary,
    priority: body.parameters?.priority,
    timeoutUs: body.parameters?.timeout,
  }
}

function readInput(input: InferInput, index: number, take: (bytes: number) => Buffer): Tensor {
  const { name, shape: dims, datatype, data, parameters } = input
  const dtype = oipToDtype(datatype)
  if (dtype === undefined) {
    const fields = [{ pointer: `/inputs/${index}/datatype`, detail: `must be one of ${OIP_DATATYPES.join(', ')}` }]
    throw new AppError('invalid_tensor', 'An input is of a datatype that no graph takes.', { details: { fields } })
  }
  const bytes = parameters?.binary_data_size
  if ((bytes === undefined) === (data === undefined)) {
    const fields = [{ pointer: `/inputs/${index}`, detail: 'must have either data or parameters.binary_data_size' }]
    throw new AppError('malformed_body', 'An input has no data, or has it twice.', { details: { fields } })
  }
  if (data !== undefined) return jsonToTensor(name, dtype, { dims, data })
  return binaryToTensor(name, dtype, { dims, bytes: take(bytes ?? 0) })
}

/** The whole body is the only input. Its shape is the graph's, with at most one dim found from the number of bytes. */
function readRaw(bytes: Buffer, specs: readonly TensorSpec[]): InferCall {
  const [spec] = specs
  if (spec === undefined || specs.length > 1)
    throw new AppError('invalid_tensor', 'A raw body is taken by graphs of one input only.')
  const known = spec.dims.filter((dim) => typeof dim === 'number')
  if (spec.dims.length - known.length > 1)
    throw new AppError('invalid_tensor', `The shape of ${spec.name} cannot be told from the length of a raw body.`)
  const rest = bytes.length / known.reduce((product, dim) => product * dim, elementBytes(spec.dtype))
  const dims = spec.dims.map((dim) => (typeof dim === 'number' ? dim : Math.floor(rest)))
  return {
    id: undefined,
    inputs: { [spec.name]: binaryToTensor(spec.name, spec.dtype, { dims, bytes }) },
    outputs: undefined,
    isBinary: true,
    priority: undefined,
    timeoutUs: undefined,
  }
}
