/** What `docs/dicom.md` says of damaged and hostile files. Each is refused, or read as what it is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { AppError } from '../../../src/errors.js'
import { createDicomDecoder, type DicomDecoder } from '../../../src/imaging/dicom/dicom-decoder.js'
import { COLUMNS, ROWS, testFilms } from './films.js'
import { storedSamples } from './stored.js'
import { encapsulate, filmElements, writeDicom, writeElement, type Elements } from './write-dicom.js'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/dicom')
const VOI = { window: 'voi', invertMonochrome1: true } as const
const LIMITS = { imageBytes: 1e8, imagePixels: 20_000_000 }
const never = (): AbortSignal => new AbortController().signal
const decoder = createDicomDecoder({ threads: 1, limits: LIMITS, timeoutMs: 20_000 })
after(() => decoder.close())

const fixture = (name: string): Buffer => readFileSync(join(FIXTURES, `${name}.dcm`))
const [M2_12] = await testFilms()

async function refusal(bytes: Uint8Array, by: DicomDecoder = decoder): Promise<AppError> {
  const found = await by.decode(bytes, VOI, never()).then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(found instanceof AppError, 'the file was read')
  return found
}

/** A fixture with a value of two bytes changed: US elements have 8 bytes before it. */
function withShort(bytes: Buffer, tag: readonly [group: number, element: number], value: number): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt16LE(tag[0], 0)
  head.writeUInt16LE(tag[1], 2)
  head.write('US', 4, 'latin1')
  const at = bytes.indexOf(head)
  assert.ok(at > 0)
  const changed = Buffer.from(bytes)
  changed.writeUInt16LE(value, at + 8)
  return changed
}

/** The one fragment of a fixture and its syntax, written anew with what `change` makes of it. */
function withFrame(name: string, change: (frame: Buffer) => Uint8Array): Buffer {
  const bytes = fixture(name)
  const from = bytes.lastIndexOf(Buffer.from('e07f10004f420000ffffffff', 'hex')) + 12
  const tableBytes = bytes.readUInt32LE(from + 4)
  const itemAt = from + 8 + tableBytes
  const frame = bytes.subarray(itemAt + 8, itemAt + 8 + bytes.readUInt32LE(itemAt + 4))
  const syntax = `1.2.840.10008.1.2.${name.endsWith('.5') ? '5' : `4.${name.split('.').at(-1)}`}`
  const elements = { ...M2_12!.elements, ...(name.startsWith('m2_8') && EIGHT) }
  return writeDicom({ ...elements, '7fe00010': ['OB*', encapsulate([change(frame)])] }, syntax)
}
const EIGHT: Elements = { '00280100': ['US', 8], '00280101': ['US', 8], '00280102': ['US', 7] }

const COMPRESSED = ['m2_8.50', 'm2_12.51', 'm2_12.57', 'm2_12.70', 'm2_12.80', 'm2_12.81', 'm2_12.90', 'm2_12.91']
const HT = ['m2_12.201', 'm2_12.202', 'm2_12.203']
const ALL = [...COMPRESSED, ...HT, 'm2_12.5']

test('trap 1: big endian words are swapped, of 8 bits where they stand in words', async () => {
  assert.deepEqual(await storedSamples(fixture('m2_12.2.2')), Int32Array.from(M2_12!.samples))
})

test('trap 2: MONOCHROME1 is turned around once, whatever the codec', async () => {
  const plain = await decoder.decode(fixture('m2_12.2.1'), VOI, never())
  const inverse = await decoder.decode(fixture('m1_12.2.1'), VOI, never())
  const off = Array.from(plain.raster.data, (value, at) => Math.abs(value - inverse.raster.data[at]!))
  assert.ok(off.reduce((a, b) => Math.max(a, b)) <= 1)
  const left = await decoder.decode(fixture('m1_12.2.1'), { ...VOI, invertMonochrome1: false }, never())
  assert.equal(left.raster.data[0], 255 - inverse.raster.data[0]!)
})

test('trap 5: a codestream of another size, depth or number of components than its header is refused', async (t) => {
  for (const name of ALL) {
    await t.test(name, async () => {
      // RLE says no size of its own: only how many samples there are.
      const turned = name === 'm2_12.5' ? [] : [[COLUMNS, ROWS] as const]
      for (const [rows, columns] of [[4000, 4000], [100, 100], [ROWS, COLUMNS + 1], ...turned] as const) {
        const sized = withShort(withShort(fixture(name), [0x28, 0x10], rows), [0x28, 0x11], columns)
        assert.equal((await refusal(sized)).code, 'malformed_image', `${rows}x${columns}`)
      }
      const bits = name.startsWith('m2_8') ? [16, 16, 15] : [8, 8, 7]
      const other = bits.reduce((bytes, value, at) => withShort(bytes, [0x28, 0x100 + at], value), fixture(name))
      assert.equal((await refusal(other)).code, 'malformed_image')
    })
  }
})

test('trap 6: half a frame, an empty one, and one with its end cut off are refused', async (t) => {
  for (const name of ALL) {
    await t.test(name, async () => {
      for (const change of [
        (frame: Buffer) => frame.subarray(0, frame.length >> 1),
        (frame: Buffer) => frame.subarray(0, frame.length - 4),
        () => Buffer.alloc(0),
        (frame: Buffer) => Buffer.concat([frame, Buffer.alloc(64, 1)]),
      ])
        assert.equal((await refusal(withFrame(name, change))).code, 'malformed_image')
    })
  }
  assert.equal(decoder.discarded, 0, 'none of them reached a codec')
})

test('trap 6: half a JPEG 2000 frame that was given an end again is refused by its tile lengths', async () => {
  for (const name of ['m2_12.90', 'm2_12.91', ...HT]) {
    const torn = withFrame(name, (frame) => {
      const kept = frame.subarray(0, (frame.length >> 2) * 2)
      return Buffer.concat([kept, Buffer.from([0xff, 0xd9])])
    })
    assert.equal((await refusal(torn)).code, 'malformed_image', name)
  }
})

test('traps 7 and 8: a thread whose codec threw is not used again, and the next film is read bit for bit', async (t) => {
  const own = createDicomDecoder({ threads: 1, limits: LIMITS, timeoutMs: 20_000 })
  t.after(() => own.close())
  const sound = await own.decode(fixture('m2_12.201'), VOI, never())
  let thrown = 0
  for (let seed = 1; seed <= 12; seed++) {
    const torn = withFrame('m2_12.80', (frame) => {
      const changed = Buffer.from(frame)
      for (let i = 0; i < 20; i++) changed[40 + ((seed * 7919 + i * 104_729) % (frame.length - 60))]! ^= 0x55
      return changed
    })
    await own.decode(torn, VOI, never()).catch(() => thrown++)
  }
  assert.ok(thrown > 6)
  assert.ok(own.discarded > 0)
  assert.deepEqual((await own.decode(fixture('m2_12.201'), VOI, never())).raster.data, sound.raster.data)
})

test('trap 9: a data set that inflates beyond the limit is stopped', async () => {
  const head = writeDicom({}, '1.2.840.10008.1.2.1.99')
  const bomb = Buffer.concat([head, deflateRawSync(Buffer.alloc(200 << 20))])
  assert.equal((await refusal(bomb)).code, 'too_large')
  const torn = fixture('m2_12.1.99')
  assert.equal((await refusal(torn.subarray(0, torn.length >> 1))).code, 'malformed_image')
})

test('a deadline ends the thread, and so does a caller that leaves', async (t) => {
  const own = createDicomDecoder({ threads: 1, limits: LIMITS, timeoutMs: 1 })
  t.after(() => own.close())
  assert.match((await refusal(fixture('m2_12.90'), own)).message, /not read within 1 ms/)
  assert.equal(own.discarded, 1)
  const leaving = new AbortController()
  const patient = createDicomDecoder({ threads: 1, limits: LIMITS, timeoutMs: 20_000 })
  t.after(() => patient.close())
  const work = patient.decode(fixture('m2_12.90'), VOI, leaving.signal)
  leaving.abort(new AppError('cancelled', 'gone'))
  await assert.rejects(work, { code: 'cancelled' })
})

test('pixel data of another length than its header, several frames, colours and other depths are refused', async () => {
  const elements = M2_12!.elements
  const write = (more: Elements): Buffer => writeDicom({ ...elements, ...more })
  for (const [more, code] of [
    [{ '00280010': ['US', ROWS + 1] }, 'malformed_image'],
    [{ '00280010': ['US', ROWS - 1] }, 'malformed_image'],
    [{ '00280010': ['US', 0] }, 'malformed_image'],
    [{ '00280010': ['US', 60_000], '00280011': ['US', 60_000] }, 'too_large'],
    [{ '00280008': ['IS', '2'] }, 'image_unfit'],
    [{ '00280002': ['US', 3], '00280004': ['CS', 'RGB'] }, 'image_unfit'],
    [{ '00280100': ['US', 32] }, 'malformed_image'],
    [{ '00280101': ['US', 17] }, 'malformed_image'],
    [{ '00280102': ['US', 3] }, 'malformed_image'],
    [{ '7fe00010': ['OW', undefined] }, 'malformed_image'],
    [{ '00280103': ['US', undefined] }, 'malformed_image'],
    [{ '7fe00010': ['OB*', encapsulate([Buffer.alloc(ROWS * COLUMNS * 2)])] }, 'malformed_image'],
    [{ '00281050': ['DS', '1'], '00281051': ['DS', '0'] }, 'malformed_image'],
    [{ '00281056': ['CS', 'CUBIC'] }, 'malformed_image'],
  ] as const satisfies readonly (readonly [Elements, string])[])
    assert.equal((await refusal(write(more))).code, code, JSON.stringify(more).slice(0, 80))
  assert.equal((await refusal(writeDicom(elements, '1.2.840.10008.1.2.4.100'))).code, 'unsupported_media_type')
})

test('elements and items in items are bounded', async () => {
  const many = Array.from({ length: 30_000 }, (_, at) => {
    const tag = `0009${(0x1000 + (at % 0xe000)).toString(16)}`
    return writeElement(tag, 'US', 1)
  })
  const film = writeDicom(filmElements({ rows: 1, columns: 1, samples: Uint8Array.of(1) }))
  assert.match((await refusal(Buffer.concat([film, ...many]))).message, /more than 20000 elements/)
  const nested = (depth: number): Elements => ({ '00081140': ['SQ', depth === 0 ? [] : [nested(depth - 1)]] })
  assert.match((await refusal(writeDicom({ ...nested(40) }))).message, /items inside items/)
  let deep = Buffer.alloc(0)
  for (let depth = 0; depth < 9_000; depth++)
    deep = Buffer.concat([Buffer.from('0800401153510000fffffffffeff00e0ffffffff', 'hex'), deep])
  assert.equal((await refusal(Buffer.concat([writeDicom({}), deep]))).code, 'malformed_image')
})

test('no message holds a value of the file', async () => {
  const planted = {
    '00100010': ['PN', 'PLANTED^NAME'],
    '00080060': ['CS', 'PLANTED'],
    '00281056': ['CS', 'PLANTED'],
  } as const
  const error = await refusal(writeDicom({ ...M2_12!.elements, ...planted }))
  assert.doesNotMatch(JSON.stringify([error.message, error.details]), /PLANTED/i)
  const { dicom } = await decoder.decode(
    writeDicom({
      ...M2_12!.elements,
      '00080060': ['CS', 'PLANTED'],
      '00180015': ['CS', 'PLANTED'],
      '00185101': ['CS', 'PLANTED'],
    }),
    VOI,
    never(),
  )
  assert.doesNotMatch(JSON.stringify(dicom), /PLANTED/i)
})
