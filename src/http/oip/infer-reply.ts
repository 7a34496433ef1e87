import { AppError } from '../../errors.js'
import type { NamedTensors, Tensor } from '../../tensor/tensor.js'
import { dtypeToOip } from './datatypes.js'
import type { InferCall, WantedOutput } from './infer-request.js'
import { tensorToBinary } from './tensor-binary.js'
import { tensorToJson } from './tensor-json.js'

export interface InferReply {
  readonly body: Buffer
  /** Length of the JSON at the front, when tensors stand behind it. */
  readonly jsonBytes: number | undefined
}

/** The answer in the caller's forms: JSON, with the outputs that were wanted so as bytes behind it, in their order. */
export function writeInfer(
  model: { readonly name: string; readonly version: string },
  call: Pick<InferCall, 'id' | 'outputs' | 'isBinary'>,
  outputs: NamedTensors,
): InferReply {
  const wanted = call.outputs ?? Object.keys(outputs).map((name) => ({ name, isBinary: call.isBinary }))
  const written = wanted.map((output) => writeOutput(output, outputs[output.name]))
  const head = { model_name: model.name, model_version: model.version, ...(call.id !== undefined && { id: call.id }) }
  // Put together as text, because the values of a tensor are text already.
  const json = Buffer.from(
    `${JSON.stringify(head).slice(0, -1)},"outputs":[${written.map((one) => one.json).join(',')}]}`,
  )
  const tail = written.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]))
  if (tail.length === 0) return { body: json, jsonBytes: undefined }
  return { body: Buffer.concat([json, ...tail]), jsonBytes: json.length }
}

function writeOutput({ name, isBinary }: WantedOutput, tensor: Tensor | undefined): { json: string; bytes?: Buffer } {
  if (tensor === undefined) throw new AppError('internal', 'An output was asked for and none came. This is a bug.')
  const head = { name, shape: tensor.dims, datatype: dtypeToOip(tensor.dtype) }
  if (!isBinary) return { json: `${JSON.stringify(head).slice(0, -1)},"data":${tensorToJson(tensor)}}` }
  const bytes = tensorToBinary(tensor)
  return { json: JSON.stringify({ ...head, parameters: { binary_data_size: bytes.length } }), bytes }
}
