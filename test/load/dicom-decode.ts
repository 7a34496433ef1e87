/**
 * How long a film of 13 MB (2320 × 2828, 12 of 16 bits) takes in each transfer syntax: in the service's decoder from bytes to
 * gray, and in the codec alone. Best of three. `npx tsx test/load/dicom-decode.ts` (dcmtk, GDCM, OpenJPH)
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDicom } from '../../src/imaging/dicom/dataset.js'
import { createDicomDecoder } from '../../src/imaging/dicom/dicom-decoder.js'
import { openNativeCodecs } from '../../src/imaging/dicom/native-codecs.js'
import { readPixelFormat } from '../../src/imaging/dicom/pixel-format.js'
import { readSamples } from '../../src/imaging/dicom/samples.js'
import { makeCorpus } from '../imaging/dicom/corpus.js'
import { testFilms } from '../imaging/dicom/films.js'

const [ROWS, COLUMNS] = [2828, 2320]
const RULE = { window: 'voi', invertMonochrome1: true } as const

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-dicom-'))
  const films = await testFilms(ROWS, COLUMNS)
  const corpus = makeCorpus(
    films.filter(({ name }) => name === 'm2_12' || name === 'm2_8'),
    folder,
  )
  const decode = await openNativeCodecs()
  const decoder = createDicomDecoder({
    ...{ threads: 1, limits: { imageBytes: 1e8, imagePixels: 4e7 }, timeoutMs: 60_000 },
  })
  for (const { name, bytes } of corpus) {
    if (name.startsWith('m2_8') && !name.endsWith('.50')) continue
    const file = parseDicom(bytes, { dataSetBytes: 1e8 })
    const format = readPixelFormat(file.dataSet, 4e7)
    const { signal } = new AbortController()
    const wholeMs = await best(() => decoder.decode(bytes, RULE, signal))
    let codecMs = 0
    const samplesMs = await best(() => {
      codecMs = 0
      readSamples(file, format, (...given) => {
        const startMs = performance.now()
        const samples = decode(...given)
        codecMs = performance.now() - startMs
        return samples
      })
      return Promise.resolve()
    })
    const megabytes = (bytes.length / 1e6).toFixed(1)
    process.stdout.write(
      `| ${name} | ${megabytes} | ${codecMs.toFixed(0)} | ${samplesMs.toFixed(0)} | ${wholeMs.toFixed(0)} |\n`,
    )
  }
  await decoder.close()
  rmSync(folder, { recursive: true })
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    const startMs = performance.now()
    await work()
    least = Math.min(least, performance.now() - startMs)
  }
  return least
}

void main()
