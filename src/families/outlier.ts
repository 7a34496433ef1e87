/**
 * How unlike a film is to those that a pack was made from, as a graph of the pack (role `outlier`) tells it from what the
 * pack's own image encoder gives: 1 is the pack's limit. A pack without the graph does not tell.
 */
import { Type, type Static } from 'typebox'
import { AppError } from '../errors.js'
import { float32Data, type NamedTensors, type Tensor } from '../tensor/tensor.js'
import type { Component } from './component.js'
import { rowSymbol, specOfKind } from './tensor-specs.js'
import type { RunComponent } from './family.js'
import { componentOf, feedsByKind, hasOutput, kindOf, outputNames, outputsByKind } from './graph-io.js'

type Components = Readonly<Record<string, Component>>

/** In a golden: what the graph says of its film. */
export const OutlierGoldenSchema = Type.Object(
  { score: Type.Number({ minimum: 0 }), tolerance: Type.Number({ exclusiveMinimum: 0 }) },
  { additionalProperties: false },
)
export type OutlierGolden = Static<typeof OutlierGoldenSchema>

/** What makes the graph unusable, one sentence each. */
export function outlierFaults({ outlier, image_encoder: encoder }: Components): string[] {
  if (outlier === undefined) return []
  const score = specOfKind(outlier.outputs, 'outlier_score')
  const claims: (readonly [holds: boolean, fault: string])[] = [
    [
      outlier.inputs.every(({ kind }) => hasOutput(encoder, kind)),
      'The outlier graph takes what the image_encoder does not give.',
    ],
    [
      score?.dtype === 'float32' && score.dims.length === 1,
      'The outlier graph gives no float32[rows] of kind outlier_score.',
    ],
    [rowSymbol(outlier) !== undefined, 'The tensors of the outlier graph share no first dim.'],
  ]
  return claims.flatMap(([holds, fault]) => (holds ? [] : [fault]))
}

export interface OutlierReads {
  /** By name of the graph's inputs: the output of the image encoder that it is. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: readonly string[]
}

/** Of a pack that has the graph. */
export function outlierReads(components: Components): OutlierReads {
  const outlier = componentOf({ components }, 'outlier')
  const encoder = componentOf({ components }, 'image_encoder')
  const nameOf = (kind: string): string => specOfKind(encoder.outputs, kind)!.name
  return {
    inputs: Object.fromEntries(outlier.inputs.map(({ name, kind }) => [name, nameOf(kind)])),
    outputs: outputNames(outlier, ['outlier_score']),
  }
}

/**
 * Scores of the rows that the image encoder was run on. `given`: its outputs, as it names them. Throws `model_output_invalid`
 * and whatever `run` throws.
 */
export async function outlierScores(
  components: Components,
  given: NamedTensors,
  run: RunComponent,
): Promise<Float32Array> {
  const outlier = componentOf({ components }, 'outlier')
  const byKind = outputsByKind(componentOf({ components }, 'image_encoder'), given)
  return scoresOf(components, await run('outlier', feedsByKind(outlier, byKind)))
}

/** Of what the graph gave, as it names it. Throws `model_output_invalid`. */
export function scoresOf(components: Components, given: NamedTensors): Float32Array {
  const outputs = outputsByKind(componentOf({ components }, 'outlier'), given)
  const scores = float32Data(kindOf(outputs, 'outlier_score'))
  if (scores.every(Number.isFinite)) return scores
  throw new AppError('model_output_invalid', 'The outlier graph gave values that are no numbers.')
}

/** Whether the score of one film, `pixels` of one row, comes out as the golden has it: a sentence where it does not. */
export async function checkOutlier(
  components: Components,
  pixels: Tensor,
  golden: OutlierGolden | undefined,
  run: RunComponent,
): Promise<string[]> {
  if (golden === undefined) return []
  if (components['outlier'] === undefined) return ['there is no outlier graph.']
  const encoder = componentOf({ components }, 'image_encoder')
  const given = await run(
    'image_encoder',
    feedsByKind(encoder, { pixels }),
    Object.values(outlierReads(components).inputs),
  )
  const [score = NaN] = await outlierScores(components, given, run)
  const difference = Math.abs(score - golden.score)
  return difference <= golden.tolerance ? [] : [`the outlier score differs by ${difference.toExponential(2)}.`]
}
