import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Usage } from '../families/dual-encoder/model.js'
import type { ViewShares } from '../families/views/model.js'
import type { Answer, ModelIdentity, Timings } from '../flows/answer.js'
import type { ViewSharesReply } from './schemas/shared.js'

/** Says which bytes spoke and where the time went, on every answer that a model gave. */
export function addAnswerHeaders(
  reply: FastifyReply,
  answer: Pick<Answer<unknown>, 'model' | 'timings' | 'unfit' | 'outlierScores'>,
): void {
  const unfit = answer.unfit ?? []
  if (unfit.length > 0) void reply.header('x-unfit', unfit.map(({ image, reason }) => `${image}=${reason}`).join(', '))
  const scores = (answer.outlierScores ?? []).flatMap((score, at) =>
    score === undefined ? [] : [`${at}=${score.toFixed(2)}`],
  )
  if (scores.length > 0) void reply.header('x-outlier-scores', scores.join(', '))
  noteModel(reply.request, answer.model)
  void reply.header('x-model-digest', answer.model.digest).header('server-timing', serverTiming(answer.timings))
}

/** Which model answered, for whoever writes it down. */
export function noteModel({ exchange }: FastifyRequest, { name, version, digest }: ModelIdentity): void {
  exchange.result.model = `${name}@${version}`
  exchange.result.model_digest = digest
}

/** OpenAI-shaped answers name the model in one string. */
export function modelName({ name, version }: ModelIdentity): string {
  return `${name}@${version}`
}

export function serverTiming(timings: Readonly<Timings>): string {
  return [
    `decode;dur=${timings.decodeMs.toFixed(1)}`,
    `prepare;dur=${timings.prepareMs.toFixed(1)}`,
    `queue;dur=${timings.queueMs.toFixed(1)}`,
    `run;dur=${timings.runMs.toFixed(1)}`,
    `finish;dur=${timings.finishMs.toFixed(1)}`,
  ].join(', ')
}

/** OpenAI's usage: the tokens of texts, and how many texts were longer than the model reads. */
export function usageReply({ tokens, truncated }: Usage): {
  prompt_tokens: number
  total_tokens: number
  truncated_texts: number
} {
  return { prompt_tokens: tokens, total_tokens: tokens, truncated_texts: truncated }
}

export function identityReply({ name, version, digest }: ModelIdentity): ModelIdentity {
  return { name, version, digest }
}

export function viewSharesReply({ viewWeights, patchWeights, grid }: ViewShares): ViewSharesReply {
  return {
    ...(viewWeights && { view_weights: Array.from(viewWeights) }),
    ...(patchWeights &&
      grid && {
        patch_weights: { rows: grid[0], columns: grid[1], values: patchWeights.map((cells) => Array.from(cells)) },
      }),
  }
}

/** float32[rows, length] as lists of numbers. */
export function toRows(values: Float32Array, length: number): number[][] {
  return Array.from({ length: values.length / length }, (_, row) =>
    Array.from(values.subarray(row * length, (row + 1) * length)),
  )
}
