/** COCO's run-length encoding (`maskApi.c` of cocoapi): what `pycocotools.mask.decode` takes. */
import { maskBox, type Mask } from './mask.js'

/** `size` is [height, width]; `counts` goes down the columns, the first run is outside, and may be of length 0. */
export interface CocoRle {
  readonly size: readonly [height: number, width: number]
  readonly counts: string
}

export function encodeCocoRle(mask: Mask): CocoRle {
  return { size: [mask.height, mask.width], counts: compress(columnRuns(mask)) }
}

/** Lengths of runs down the columns, outside first. */
export function columnRuns(mask: Mask): number[] {
  const { width, height, data } = mask
  const box = maskBox(mask)
  const counts: number[] = []
  // Where the run that is open began, and whether it is inside.
  let begun = 0
  let value = 0
  const turn = (at: number): void => {
    counts.push(at - begun)
    begun = at
    value = 1 - value
  }
  if (box !== undefined) {
    for (let x = box.left; x < box.right; x++) {
      // Above and below the box everything is outside, and so is what lies between the columns.
      if (value === 1 && box.top > 0) turn(x * height)
      for (let y = box.top; y < box.bottom; y++) if (data[y * width + x] !== value) turn(x * height + y)
      if (value === 1 && box.bottom < height) turn(x * height + box.bottom)
    }
    if (value === 1 && box.right < width) turn(box.right * height)
  }
  counts.push(width * height - begun)
  return counts
}

/**
 * Five bits a character from "0" on, lowest first, bit 5 says that more follow, the sign is extended (LEB128 in six
 * bits); from the fourth count on the difference to the count two before.
 */
function compress(counts: readonly number[]): string {
  const characters: number[] = []
  counts.forEach((count, at) => {
    let rest = at > 2 ? count - counts[at - 2]! : count
    for (let isMore = true; isMore;) {
      const low = rest & 0x1f
      rest >>= 5
      isMore = (low & 0x10) !== 0 ? rest !== -1 : rest !== 0
      characters.push(low + (isMore ? 0x20 : 0) + 48)
    }
  })
  return Buffer.from(characters).toString('latin1')
}
