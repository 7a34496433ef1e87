import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import type { DicomFilm } from '../../src/imaging/dicom/decode-film.js'
import { createSharedReads } from '../../src/imaging/shared-reads.js'

const never = (): AbortSignal => new AbortController().signal

/** Readings that end when the test says so. */
function held() {
  const begun: { signal: AbortSignal; end(value: number): void; fail(error: Error): void }[] = []
  const begin = (signal: AbortSignal): Promise<DicomFilm> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      const end = (value: number): void => {
        const raster = { width: 2, height: 1, channels: 1, data: Uint8Array.of(value, value) } as const
        resolve({ raster, bitDepth: 8 } as DicomFilm)
      }
      begun.push({ signal, end, fail: reject })
    })
  return { begun, begin }
}

test('who asks while a file is read gets the same film; who asks later has it read again', async () => {
  const { begun, begin } = held()
  const reads = createSharedReads()
  const file = new Uint8Array(3)
  const both = [reads.read(file, 'voi', never(), begin), reads.read(file, 'voi', never(), begin)]
  assert.equal(begun.length, 1)
  begun[0]!.end(5)
  const [first, second] = await Promise.all(both)
  assert.equal(first, second)
  void reads.read(file, 'voi', never(), begin)
  assert.equal(begun.length, 2)
})

test('another rule and the same bytes elsewhere in memory are read by themselves', () => {
  const { begun, begin } = held()
  const reads = createSharedReads()
  const file = Uint8Array.of(1, 2)
  void reads.read(file, 'voi', never(), begin)
  void reads.read(file, 'minmax', never(), begin)
  void reads.read(Uint8Array.of(1, 2), 'voi', never(), begin)
  assert.equal(begun.length, 3)
})

test('one who leaves takes nothing from the others; when the last one leaves the reading ends', async () => {
  const { begun, begin } = held()
  const reads = createSharedReads()
  const file = new Uint8Array(1)
  const [early, late] = [new AbortController(), new AbortController()]
  const left = assert.rejects(reads.read(file, 'voi', early.signal, begin), { message: 'early' })
  const stayed = assert.rejects(reads.read(file, 'voi', late.signal, begin), { message: 'late' })
  early.abort(new AppError('cancelled', 'early'))
  await left
  assert.equal(begun[0]!.signal.aborted, false)
  late.abort(new AppError('cancelled', 'late'))
  await stayed
  assert.equal(begun[0]!.signal.aborted, true)
  const again = reads.read(file, 'voi', never(), begin)
  begun[1]!.end(1)
  assert.deepEqual([...(await again).raster.data], [1, 1])
  await assert.rejects(reads.read(file, 'voi', AbortSignal.abort(new AppError('draining', 'gone')), begin), {
    message: 'gone',
  })
})

test('a fault is told to all', async () => {
  const { begun, begin } = held()
  const reads = createSharedReads()
  const file = new Uint8Array(1)
  const both = [reads.read(file, 'voi', never(), begin), reads.read(file, 'voi', never(), begin)]
  begun[0]!.fail(new Error('damaged'))
  for (const one of both) await assert.rejects(one, { message: 'damaged' })
})
