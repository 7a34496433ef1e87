import { AppError } from '../../../errors.js'
import type { Sample } from '../schedulers/scheduler.js'
import type { Noise } from './noise.js'

/**
 * One generator for a batch of images, as a pipeline has it that is given one seed for all: every turn is one draw over
 * the whole batch, of which each image gets its own part, in order. `images` of them, whose turns need not come together;
 * at a turn all ask for the same count.
 */
export function batchNoise(noise: Noise, images: number): Noise[] {
  const turns = new Map<number, { readonly values: Sample; left: number }>()

  return Array.from({ length: images }, (_, image) => {
    let turn = 0
    return (count) => part(turn++, image, count)
  })

  function part(turn: number, image: number, count: number): Sample {
    const drawn = turns.get(turn) ?? { values: noise(images * count), left: images }
    if (drawn.values.length !== images * count) {
      throw new AppError('internal', 'The images of a batch drew unequally many values. This is a bug.')
    }
    drawn.left--
    if (drawn.left === 0) turns.delete(turn)
    else turns.set(turn, drawn)
    return drawn.values.slice(image * count, (image + 1) * count)
  }
}
