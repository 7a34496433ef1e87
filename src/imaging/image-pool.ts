import { setMaxListeners } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { abortReason, AppError, envelopeToError } from '../errors.js'
import { detached } from './detached.js'
import type { GrayRule } from './dicom/grayscale.js'
import type { FilmSource } from './film.js'
import { createFilmReader, grayRuleOf, SHOWN, type ReadFilm } from './film-reader.js'
import type { Geometry, Grid } from './geometry.js'
// Before any worker: the settings of libvips are the process's.
import './libvips.js'
import type { ImageReply, ImageResults, ImageTask, PreparedImage } from './image-task.js'
import type { PictureJob } from './mark/marked-picture.js'
import type { SyntheticSource } from './mark/source.js'
import type { Segment, SegmentJob } from './mask/segment.js'
import type { HeatMap, OverlayOptions } from './overlay.js'
import type { ImageLimits, PngSource } from './raster.js'
import { createSlots } from './slots.js'
import type { ImageSpec } from './steps.js'
import type { ComposedImage, ComposeJob } from './synthesis/compose.js'
import type { EditSource, EditSourceJob } from './synthesis/edit-source.js'
import { threadArguments } from './thread-arguments.js'

export type { PreparedImage } from './image-task.js'

export interface ImagePoolOptions {
  /** Images worked on at the same time; each takes one thread, and one of libuv's while libvips decodes. */
  readonly threads: number
  readonly limits: ImageLimits
  /** Longest time that one DICOM file may take to be read. */
  readonly dicomTimeoutMs?: number
  /** Films come with the digest of their pixels. */
  readonly hashesPixels?: boolean
  /** Told of a thread that died without a task; the pool starts another one by itself. */
  readonly onThreadError?: (error: Error) => void
}

/**
 * Threads on which files become tensors and maps become pictures. Waiting work is held in order and without a bound of
 * its own: the caller's permits bound it. `bytes` is copied when its turn comes, so the caller keeps it, and must not
 * change it before.
 *
 * Every method rejects with the signal's reason as soon as it aborts. Work that had not begun then never does; work that
 * had begun is left to finish and its result dropped, because Piscina can stop a task only by ending its thread, and a
 * new thread costs more than the rest of a decode.
 */
export interface ImagePool {
  /** Decodes a file and applies a pack's steps. Throws what `decodeRaster` and `prepareRaster` throw. */
  prepare(bytes: Uint8Array, spec: ImageSpec, signal: AbortSignal): Promise<PreparedImage>
  /** The map over its film as an RGB PNG, marked as its film is. `bytes` is the file that `map.geometry` came from. */
  overlay(bytes: Uint8Array, map: HeatMap, options: OverlayOptions, signal: AbortSignal): Promise<Uint8Array>
  /** The map alone as a gray PNG, marked as its `film` is. */
  heatMap(map: HeatMap, options: HeatMapOptions, signal: AbortSignal): Promise<Uint8Array>
  /** `placeOnOriginal` for films of millions of pixels, which would hold up the event loop. */
  place(grid: Grid, geometry: Geometry, signal: AbortSignal): Promise<Float32Array>
  /** Pixels as a PNG, marked as the film that they show is. Throws what `encodePng` throws. */
  png(picture: PngSource, signal: AbortSignal, source?: SyntheticSource): Promise<Uint8Array>
  /** What a model made, as a marked file. Throws what `encodePicture` throws. */
  picture(job: PictureJob, signal: AbortSignal): Promise<Uint8Array>
  /** A map of probabilities as a mask of its film, measured and drawn. Throws what `segmentFilm` throws. */
  segment(job: SegmentJob, signal: AbortSignal): Promise<Segment>
  /** A film that is to be changed and its mask. Throws what `readEditSource` throws. */
  editSource(job: EditSourceJob, signal: AbortSignal): Promise<EditSource>
  /** What a latent decoder gave as a picture. Throws what `composeImage` throws. */
  compose(job: ComposeJob, signal: AbortSignal): Promise<ComposedImage>
  /** Turns away what waits, lets what runs finish, and ends the threads. */
  close(): Promise<void>
}

export interface HeatMapOptions {
  /** What the film's file says of having been made by a model. */
  readonly film: SyntheticSource | undefined
  readonly maxSidePx?: number
}

export function createImagePool({
  threads,
  limits,
  dicomTimeoutMs,
  hashesPixels = false,
  onThreadError,
}: ImagePoolOptions): ImagePool {
  // The worker stands beside this file, as .ts under tsx and as .js when built.
  const filename = fileURLToPath(new URL(`./image.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url))
  const piscina = new Piscina({
    filename,
    execArgv: threadArguments(filename),
    name: 'runImageTask',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    recordTiming: false,
  })
  piscina.on('error', (error: Error) => onThreadError?.(error))
  const slots = createSlots(threads)
  const films = createFilmReader({
    threads,
    limits,
    ...(dicomTimeoutMs !== undefined && { timeoutMs: dicomTimeoutMs }),
  })
  let closing: Promise<void> | undefined

  return {
    prepare: (bytes, spec, signal) =>
      withFilm(bytes, grayRuleOf(spec), signal, async ({ film, decodeMs }) => {
        const image = await run({ kind: 'prepare', film, limits, spec, isHashed: hashesPixels }, signal)
        return { ...image, timings: { ...image.timings, decodeMs: image.timings.decodeMs + decodeMs } }
      }),
    overlay: (bytes, map, options, signal) =>
      withFilm(bytes, SHOWN, signal, ({ film }) => run({ kind: 'overlay', film, limits, map, options }, signal)),
    heatMap: (map, { film: source, maxSidePx }, signal) =>
      run({ kind: 'heat_map', map, source, ...(maxSidePx !== undefined && { maxSidePx }) }, signal),
    place: (grid, geometry, signal) => run({ kind: 'place', grid, geometry }, signal),
    png: (picture, signal, source) => run({ kind: 'png', picture, source }, signal),
    picture: (job, signal) => run({ kind: 'picture', job }, signal),
    segment: (job, signal) => {
      if (job.film === undefined) return run({ kind: 'segment', job, limits }, signal)
      return withFilm(job.film, SHOWN, signal, ({ film }) =>
        run({ kind: 'segment', job: { ...job, film }, limits }, signal),
      )
    },
    editSource: (job, signal) =>
      withFilm(job.film, SHOWN, signal, ({ film }) =>
        run({ kind: 'edit_source', job: { ...job, film, isHashed: hashesPixels }, limits }, signal),
      ),
    compose: (job, signal) => run({ kind: 'compose', job }, signal),
    close: () => (closing ??= close()),
  }

  /** Without a turn of the event loop where nothing has to be read: work that was given before `close` is taken. */
  function withFilm<T>(
    file: FilmSource,
    rule: GrayRule,
    signal: AbortSignal,
    work: (read: ReadFilm) => Promise<T>,
  ): Promise<T> {
    return films.needsReading(file) ? films.read(file, rule, signal).then(work) : work({ film: file, decodeMs: 0 })
  }

  async function run<Kind extends ImageTask['kind']>(
    task: Extract<ImageTask, { kind: Kind }>,
    signal: AbortSignal,
  ): Promise<ImageResults[Kind]> {
    // A request of many films has as many tasks on its one signal; Node warns of a leak from the eleventh listener on.
    setMaxListeners(0, signal)
    await slots.take(signal)
    // Between the place being given and this line the caller may have gone.
    if (signal.aborted) {
      slots.give()
      throw abortReason(signal)
    }
    const work = post(task).finally(() => {
      slots.give()
    })
    const reply = await orAborted(work, signal)
    if ('error' in reply) throw envelopeToError(reply.error)
    // The worker answers each kind with its own result; the union cannot say so.
    return reply.value as ImageResults[Kind]
  }

  async function post(task: ImageTask): Promise<ImageReply> {
    try {
      const { value, buffers } = detached(task)
      return (await piscina.run(value, { transferList: buffers })) as ImageReply
    } catch (cause) {
      throw new AppError('internal', 'A thread of the image pool failed.', { cause })
    }
  }

  async function close(): Promise<void> {
    await Promise.all([films.close(), slots.close()])
    await piscina.destroy()
  }
}

/** What `work` gives, unless the signal aborts first; `work` then goes on unheard. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(abortReason(signal))
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort)
    })
  })
}
