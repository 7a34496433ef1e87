/** The decoder over one study: what it is made of, and its steps. */
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import { concatRows } from '../../tensor/ops.js'
import { constant, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import type { Component } from '../component.js'
import { specOfKind } from '../tensor-specs.js'
import { componentOf, feedsByKind } from '../graph-io.js'
import type { RunLoop } from '../loop.js'
import { createDecoderLoop, decoderOutputs, type DecoderLoop, type DecoderSetup } from './decoder.js'
import type { Decoding } from './decoding/decoding.js'
import type { StudyMemory } from './memory.js'
import type { ReportModel } from './model.js'
import type { FilledReportOptions } from './options.js'

const CONSTANTS = ['memory', 'memory_mask']

export interface DecodeInput {
  readonly study: StudyMemory
  readonly options: FilledReportOptions
  /** Of a `LoopCall`. */
  readonly toldEveryMs?: number | undefined
}

/**
 * Writes until the text is whole; `onStep` hears how far it is after some of the steps, the last one always. Throws
 * `model_output_invalid`, and whatever `advance` throws: what was written until then was heard.
 */
export async function decode(
  model: ReportModel,
  { study, options, toldEveryMs }: DecodeInput,
  advance: RunLoop,
  onStep: (decoding: Decoding) => void,
): Promise<void> {
  const component = componentOf(model, 'decoder_step')
  const { bos, eos, pad, max_tokens } = model.spec.generation
  const setup: DecoderSetup = {
    io: { inputs: component.inputs, outputs: component.outputs },
    constants: CONSTANTS,
    vocabularySize: model.vocabulary.size,
    generation: { bos, eos, pad, max_tokens },
    options,
  }
  const order = { kind: 'decoder', setup }
  const outputs = decoderOutputs(component)
  const memoryOf = repeatMemory(component, study)
  const resume: (state: DecoderLoop['state']) => DecoderLoop = (state) => createDecoderLoop(setup, state)
  let loop = createDecoderLoop(setup)
  while (!loop.isOver) {
    const constants = memoryOf(loop.decoding.rows.length)
    loop = await advance('decoder_step', { loop, order, constants, outputs, toldEveryMs, resume })
    onStep(loop.decoding)
  }
}

/** The study's memory for so many rows, made once for each number of them: it crosses to a lane once and not at every step. */
function repeatMemory(component: Component, { memory, mask }: StudyMemory): (rows: number) => NamedTensors {
  const { dtype } = specOfKind(component.inputs, 'memory')!
  const one = { memory: floatTensor(dtype, memory.dims, floatsOf(memory)), ...(mask && { memory_mask: mask }) }
  const fed = { ...component, inputs: component.inputs.filter(({ kind }) => CONSTANTS.includes(kind)) }
  const made = new Map<number, NamedTensors>()
  const repeat = (of: Tensor, rows: number): Tensor => concatRows(Array.from({ length: rows }, () => of))
  return (rows) => {
    const known = made.get(rows)
    if (known !== undefined) return known
    const byKind = Object.entries(one).map(([kind, value]) => [kind, constant(repeat(value, rows))] as const)
    const tensors = feedsByKind(fed, Object.fromEntries(byKind))
    made.set(rows, tensors)
    return tensors
  }
}
