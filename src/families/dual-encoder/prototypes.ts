import { sliceRows } from '../../tensor/ops.js'
import { float32Data, type Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import type { Prototype } from './embeddings.js'
import { componentOf, feedsByKind, floats, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import type { DualEncoderModel } from './model.js'

/**
 * Share of each prototype in unit vectors: softmax(vector · prototypes / temperature), MGCA's inference form, as
 * float32[vectors, prototypes]. Its Sinkhorn codes need a batch and are no property of one image.
 */
export async function runPrototypes(
  model: DualEncoderModel,
  vectors: readonly Float32Array[],
  run: RunComponent,
): Promise<Tensor> {
  const component = componentOf(model, 'prototypes')
  const dims = vectors[0]!.length
  const global = new Float32Array(vectors.length * dims)
  vectors.forEach((vector, row) => global.set(vector, row * dims))
  // One temperature a row, so that rows of other requests can join the run.
  const temperature = new Float32Array(vectors.length).fill(model.spec.prototypes?.temperature ?? 1)
  const feeds = feedsByKind(component, {
    global: floats([vectors.length, dims], global),
    temp_prototypes: floats([vectors.length, 1], temperature),
  })
  const outputs = await run('prototypes', feeds, outputNames(component, ['probabilities']))
  return kindOf(outputsByKind(component, outputs), 'probabilities')
}

/** The `count` most probable prototypes of one row, most probable first, ties by index. */
export function topPrototypes(model: DualEncoderModel, shares: Tensor, row: number, count: number): Prototype[] {
  const names = model.spec.prototypes?.names
  const found = [...float32Data(sliceRows(shares, row, row + 1))].map((probability, index) => {
    const name = names?.[index]
    return { index, ...(name === undefined ? {} : { name }), probability }
  })
  return found.sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, count)
}
