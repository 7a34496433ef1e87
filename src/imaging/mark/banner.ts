import { AppError } from '../../errors.js'
import type { Raster } from '../raster.js'

/** `border`: in a strip below the picture, which grows by it. `corner`: in the picture, over its upper left corner. */
export const BANNERS = ['border', 'corner'] as const
export type Banner = (typeof BANNERS)[number]

/** Drawn here and not with a font of the machine, so that it is the same everywhere. */
const WORD = [
  ' ████ █   █ █   █ █████ █   █ █████ █████  ███   ███ ',
  '█     █   █ ██  █   █   █   █ █       █     █   █   █',
  '█      █ █  █ █ █   █   █   █ █       █     █   █    ',
  ' ███    █   █  ██   █   █████ ████    █     █   █    ',
  '    █   █   █   █   █   █   █ █       █     █   █    ',
  '    █   █   █   █   █   █   █ █       █     █   █   █',
  '████    █   █   █   █   █   █ █████   █    ███   ███ ',
] as const
const WORD_WIDTH = WORD[0].length
const WORD_HEIGHT = WORD.length
/** Dots of black around the word. */
const MARGIN = 2
const BOX_WIDTH = WORD_WIDTH + 2 * MARGIN
const BOX_HEIGHT = WORD_HEIGHT + 2 * MARGIN
/** Of the picture's width, as far as whole dots allow. */
const WIDTH_SHARE = 0.3

/**
 * The picture with the word SYNTHETIC in white on black. Throws `invalid_option` for a picture that is smaller than the
 * word, when it should stand in it.
 */
export function addBanner(picture: Raster, banner: Banner): Raster {
  const dotPx = Math.max(1, Math.floor((picture.width * WIDTH_SHARE) / BOX_WIDTH))
  const box = { width: BOX_WIDTH * dotPx, height: BOX_HEIGHT * dotPx }
  if (banner === 'border') {
    const width = Math.max(picture.width, box.width)
    const canvas = blank(picture, { width, height: picture.height + box.height })
    paste(canvas, picture, { left: Math.floor((width - picture.width) / 2), top: 0 })
    drawWord(canvas, { left: Math.floor((width - box.width) / 2), top: picture.height, dotPx })
    return canvas
  }
  if (box.width > picture.width || box.height > picture.height) {
    const smallest = `${BOX_WIDTH}x${BOX_HEIGHT}`
    throw new AppError('invalid_option', `A banner in the corner needs ${smallest} pixels; ask for one in a border.`)
  }
  const canvas = blank(picture, picture)
  paste(canvas, picture, { left: 0, top: 0 })
  drawWord(canvas, { left: 0, top: 0, dotPx })
  return canvas
}

function blank({ channels, data }: Raster, size: { readonly width: number; readonly height: number }): Raster {
  const { width, height } = size
  const samples = width * height * channels
  return {
    width,
    height,
    channels,
    data: data instanceof Uint16Array ? new Uint16Array(samples) : new Uint8Array(samples),
  }
}

function paste(canvas: Raster, picture: Raster, { left, top }: { left: number; top: number }): void {
  const row = picture.width * picture.channels
  for (let y = 0; y < picture.height; y++) {
    const at = ((top + y) * canvas.width + left) * canvas.channels
    canvas.data.set(picture.data.subarray(y * row, (y + 1) * row), at)
  }
}

/** The box of the word, its black margin included. */
function drawWord(canvas: Raster, place: { left: number; top: number; dotPx: number }): void {
  const { left, top, dotPx } = place
  const white = canvas.data instanceof Uint16Array ? 65_535 : 255
  for (let y = 0; y < BOX_HEIGHT * dotPx; y++) {
    const letters = WORD[Math.floor(y / dotPx) - MARGIN]
    for (let x = 0; x < BOX_WIDTH * dotPx; x++) {
      const isInk = letters?.[Math.floor(x / dotPx) - MARGIN] === '█'
      const at = ((top + y) * canvas.width + left + x) * canvas.channels
      canvas.data.fill(isInk ? white : 0, at, at + canvas.channels)
    }
  }
}
