import { AppError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Component } from '../component.js'
import type { ImageFeatures } from '../dual-encoder/images.js'
import type { GridSize, PixelRow } from '../dual-encoder/model.js'
import type { Views } from './spec.js'

/** What fusing films needs of a pack. Without the section a study is the mean of its films. */
export interface ViewsModel {
  readonly spec: { readonly views?: Views }
  readonly components: Readonly<Record<string, Component>>
}

/** One study: its films and what the image tower made of them. */
export interface StudyFilms {
  /** As given. Their pixels are what an order by content looks at. */
  readonly films: readonly PixelRow[]
  /** Of these films and of others that were in the same run. */
  readonly features: ImageFeatures
  /** The row of each film in `features`. */
  readonly rows: readonly number[]
}

/** Which outputs of the fusion a task reads: what is not wanted is not sent. Weights of films always come. */
export interface WantedFusion {
  readonly global: boolean
  readonly memory: boolean
  readonly patchWeights: boolean
}

/** How much of what was made of a study each of its films gave. */
export interface ViewShares {
  /** Share of each film as given; they sum to 1. A film that stands in several places has their sum. */
  readonly viewWeights?: Float32Array
  /** Weight of each cell, for each film as given: float32[cells], summed over the places of the film. */
  readonly patchWeights?: readonly Float32Array[]
  /** Rows and columns of those cells. */
  readonly grid?: GridSize
}

export interface StudyFeatures extends ViewShares {
  /** float32[dims], of unit length; absent when not wanted or where the graph has none. */
  readonly global?: Float32Array
  /** float32[1, positions, dims]: what a decoder attends to. */
  readonly memory?: Tensor
  /** float32[1, positions]: 1 where the memory is to be read. */
  readonly memoryMask?: Tensor
}

/** What is told of a study's films: `film` a share of each, `patch` also the weight of each cell. */
export const VIEW_WEIGHT_LEVELS = ['film', 'patch'] as const
export type ViewWeightLevel = (typeof VIEW_WEIGHT_LEVELS)[number]

/** The shares of a study's features, without the features. */
export function viewShares({ viewWeights, patchWeights, grid }: StudyFeatures): ViewShares {
  return {
    ...(viewWeights && { viewWeights }),
    ...(patchWeights && { patchWeights }),
    ...(grid && { grid }),
  }
}

/** The section of a pack, or what holds without one: a mean over any number of films. */
export function viewsOf({ spec }: Pick<ViewsModel, 'spec'>): Views {
  return spec.views ?? { max: Infinity, fusion: 'mean', fill: 'none', order: 'independent' }
}

/**
 * Throws `invalid_option` for a study of no film or of more than the pack's `views.max`. `subject` names the model in
 * the message.
 */
export function checkFilmCount(model: Pick<ViewsModel, 'spec'>, films: number, subject = 'This model'): void {
  const { max } = viewsOf(model)
  if (films < 1) throw new AppError('invalid_option', 'A study needs at least one film.')
  if (films <= max) return
  throw new AppError('invalid_option', `${subject} takes at most ${max} films of a study, and this one has ${films}.`, {
    details: { limit: 'views.max' },
  })
}
