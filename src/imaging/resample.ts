import type { Plane } from './colour.js'
import { resizeAntialiased } from './resample-antialias.js'
import { resizeArea, resizeLinear } from './resample-opencv.js'
import type { Interpolation } from './steps.js'

/**
 * `from` at another size, uint8[height, width] to uint8[toHeight, toWidth]. `area` and `linear` are OpenCV's INTER_AREA
 * (equal) and INTER_LINEAR (within 1 level); `bilinear_aa`, `bicubic_aa` and `lanczos` are Pillow's (equal). May return `from`
 * itself where nothing changes.
 */
export function resizePlane(from: Plane, toWidth: number, toHeight: number, interpolation: Interpolation): Plane {
  switch (interpolation) {
    case 'area':
      return resizeArea(from, toWidth, toHeight)
    case 'linear':
      return resizeLinear(from, toWidth, toHeight)
    case 'bilinear_aa':
    case 'bicubic_aa':
    case 'lanczos':
      return resizeAntialiased(from, toWidth, toHeight, interpolation)
  }
}
