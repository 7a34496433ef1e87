import { AppError } from '../errors.js'
import type { TaskName } from '../families/family.js'
import type { ImagePool, PreparedImage } from '../imaging/image-pool.js'
import type { ImageSpec } from '../imaging/steps.js'
import type { Demand, Meter } from '../ports.js'
import type { Timings } from './answer.js'

/** An encoded image file: PNG, JPEG, WebP, TIFF or DICOM. */
export type EncodedImage = Uint8Array

/**
 * Decodes and prepares the files of a request, all at once; their times are added to `timings`. An error about one of
 * several says in `details.image` which.
 */
export async function prepareImages(
  pool: Pick<ImagePool, 'prepare'>,
  files: readonly EncodedImage[],
  { spec, demand, timings }: { spec: ImageSpec; demand: Pick<Demand, 'signal' | 'onInput'>; timings: Timings },
): Promise<PreparedImage[]> {
  const images = await Promise.all(
    files.map((file, at) =>
      pool.prepare(file, spec, demand.signal).catch((error: unknown) => {
        throw files.length > 1 ? ofImage(error, at) : error
      }),
    ),
  )
  for (const { timings: spent, pixelSha256 } of images) {
    if (pixelSha256 !== undefined) demand.onInput?.(pixelSha256)
    timings.decodeMs += spent.decodeMs
    timings.prepareMs += spent.prepareMs
  }
  return images
}

function ofImage(error: unknown, image: number): unknown {
  if (!(error instanceof AppError) || !UNREADABLE.has(error.code)) return error
  return new AppError(error.code, error.message, { cause: error, details: { ...error.details, image } })
}

/** What can be wrong with one film and not with the request. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'malformed_image',
  'unsupported_media_type',
  'too_large',
  'image_unfit',
])

export function observeStages(meter: Meter, task: TaskName, timings: Timings): void {
  for (const [stage, ms] of Object.entries(timings))
    meter.observe('radserve_stage_ms', ms as number, { task, stage: stage.slice(0, -2) })
}
