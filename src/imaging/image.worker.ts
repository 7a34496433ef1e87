/** A thread of the image pool. One task at a time; what it gives back is moved, not copied. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { errorToEnvelope } from '../errors.js'
import { channelSpread } from './channel-spread.js'
import { decodeFilm, filmSourceOf } from './film.js'
import { placeOnOriginal } from './placed-grid.js'
import type { ImageReply, ImageResults, ImageTask, PreparedImage } from './image-task.js'
import { encodeDerivedPng, encodePicture } from './mark/marked-picture.js'
import { segmentFilm } from './mask/segment.js'
import { drawHeatMap, drawOverlay } from './overlay.js'
import { pixelDigest } from './pixel-digest.js'
import { prepareRaster } from './prepare.js'
import { composeImage } from './synthesis/compose.js'
import { readEditSource } from './synthesis/edit-source.js'

export async function runImageTask(task: ImageTask): Promise<unknown> {
  try {
    const value = await valueOf(task)
    return moved({ value }, arraysOf(value))
  } catch (error) {
    return moved({ error: errorToEnvelope(error) })
  }
}

async function valueOf(task: ImageTask): Promise<ImageResults[ImageTask['kind']]> {
  switch (task.kind) {
    case 'prepare':
      return prepare(task)
    case 'overlay': {
      const { raster } = await decodeFilm(task.film, task.limits)
      return owned(await encodeDerivedPng(drawOverlay(raster, task.map, task.options), filmSourceOf(task.film)))
    }
    case 'heat_map':
      return owned(await encodeDerivedPng(drawHeatMap(task.map, task.maxSidePx), task.source))
    case 'place':
      return placeOnOriginal(task.grid.data, task.grid.height, task.grid.width, task.geometry)
    case 'png':
      return owned(await encodeDerivedPng(task.picture, task.source))
    case 'picture':
      return owned(await encodePicture(task.job))
    case 'segment':
      return segmentFilm(task.job, task.limits)
    case 'edit_source':
      return readEditSource(task.job, task.limits)
    case 'compose':
      return composeImage(task.job)
  }
}

async function prepare({
  film,
  limits,
  spec,
  isHashed,
}: Extract<ImageTask, { kind: 'prepare' }>): Promise<PreparedImage> {
  const startMs = performance.now()
  const { raster, format, bitDepth, dicom } = await decodeFilm(film, limits)
  const decodedMs = performance.now()
  const { pixels, geometry } = prepareRaster(raster, spec)
  const timings = { decodeMs: decodedMs - startMs, prepareMs: performance.now() - decodedMs }
  const { original } = geometry
  const source = filmSourceOf(film)
  const spread = channelSpread(raster)
  const said = { ...(source && { source }), ...(dicom && { dicom }) }
  return {
    ...{ pixels, geometry, original, format, bitDepth, channelSpread: spread, ...said, timings },
    // Objects and bundles about a DICOM film say which pixels they are about.
    ...((isHashed || dicom !== undefined) && { pixelSha256: pixelDigest(raster) }),
  }
}

/** `bytes` in memory of its own: a small Buffer can lie in Node's shared one, which must not be moved. */
function owned(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

type Buffered = { readonly buffer: ArrayBufferLike }

/** What a result holds much memory in. */
function arraysOf(value: ImageResults[ImageTask['kind']]): Buffered[] {
  if ('pixels' in value) return [value.pixels.data]
  if ('raster' in value) return [value.raster.data]
  if ('film' in value) {
    const { film, mask } = value
    return mask === undefined ? [film] : [film, mask.data, mask.masked, mask.kept.data]
  }
  if (!('regions' in value)) return [value]
  const { maskPng, probabilityPng, probabilityNpy, overlay } = value
  return [maskPng, probabilityPng, probabilityNpy, overlay].filter((array) => array !== undefined)
}

/** Piscina's mark of a result whose memory goes to the other thread, but for what threads share anyway. */
function moved(reply: ImageReply, arrays: readonly Buffered[] = []): unknown {
  const buffers = arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)
  return move({ [transferableSymbol]: buffers, [valueSymbol]: reply })
}
