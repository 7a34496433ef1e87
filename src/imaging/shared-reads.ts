import { setMaxListeners } from 'node:events'
import { abortReason } from '../errors.js'
import type { DicomFilm } from './dicom/decode-film.js'

/**
 * One reading of a file for all who ask for it in the meantime, as tasks of one received film do. A file is known by its place in
 * memory and not by what is in it: a caller's bytes are compared with nobody else's.
 */
export interface SharedReads {
  /**
   * The film that `begin` gives, the same for all. `rule` tells apart what may be made of one file. Rejects with the
   * signal's reason as soon as it aborts; the reading itself is aborted when nobody waits for it any more.
   */
  read(file: Uint8Array, rule: string, signal: AbortSignal, begin: Begin): Promise<DicomFilm>
}

type Begin = (signal: AbortSignal) => Promise<DicomFilm>

interface Waiter {
  resolve(film: DicomFilm): void
  reject(error: Error): void
}

interface Reading {
  readonly waiters: Set<Waiter>
  readonly stopping: AbortController
}

export function createSharedReads(): SharedReads {
  const readings = new WeakMap<Uint8Array, Map<string, Reading>>()

  const start = (file: Uint8Array, rule: string, begin: Begin): Reading => {
    const reading: Reading = { waiters: new Set(), stopping: new AbortController() }
    const ofFile = readings.get(file) ?? new Map<string, Reading>()
    readings.set(file, ofFile.set(rule, reading))
    const leave = (): void => {
      if (ofFile.get(rule) === reading) ofFile.delete(rule)
    }
    reading.stopping.signal.addEventListener('abort', leave, { once: true })
    begin(reading.stopping.signal)
      .finally(leave)
      .then(
        (film) => reading.waiters.forEach((waiter) => waiter.resolve(film)),
        (error: unknown) => reading.waiters.forEach((waiter) => waiter.reject(error as Error)),
      )
    return reading
  }
  return {
    read(file, rule, signal, begin) {
      if (signal.aborted) return Promise.reject(abortReason(signal))
      const reading = readings.get(file)?.get(rule) ?? start(file, rule, begin)
      return wait(reading, signal)
    },
  }
}

function wait({ waiters, stopping }: Reading, signal: AbortSignal): Promise<DicomFilm> {
  // Each film of a request listens to its one signal; Node warns of a leak from the eleventh on.
  setMaxListeners(0, signal)
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      resolve(film) {
        leave()
        resolve(film)
      },
      reject(error) {
        leave()
        reject(error)
      },
    }
    const onAbort = (): void => {
      waiter.reject(abortReason(signal))
      if (waiters.size === 0) stopping.abort(abortReason(signal))
    }
    const leave = (): void => {
      waiters.delete(waiter)
      signal.removeEventListener('abort', onAbort)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    waiters.add(waiter)
  })
}
