/** The test films in every transfer syntax, by the tools of dcmtk, GDCM and OpenJPH: what hospitals' encoders write. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestFilm } from './films.js'
import { encapsulate, writeDicom } from './write-dicom.js'

export const TOOLS = ['dcmconv', 'dcmcrle', 'dcmcjpeg', 'dcmdjpeg', 'dcmcjpls', 'dcmdjpls', 'gdcmconv', 'ojph_compress']

/** The first that is missing. CI installs all of them. */
export function missingTool(): string | undefined {
  return TOOLS.find((tool) => spawnSync(tool, ['--version']).error !== undefined)
}

export interface CorpusFile {
  readonly film: TestFilm
  /** Film and syntax: `m2_12.90`. */
  readonly name: string
  readonly bytes: Buffer
  /** The reference decoder's file in explicit little endian, where the code loses something. */
  readonly reference?: Buffer
}

type Encode = readonly [suffix: string, tool: string, args: readonly string[], decode?: readonly [string, ...string[]]]

const LOSSLESS: readonly Encode[] = [
  ['2', 'dcmconv', ['+ti']],
  ['2.2', 'dcmconv', ['+tb']],
  ['1.99', 'dcmconv', ['+td']],
  ['5', 'dcmcrle', []],
  ['57', 'dcmcjpeg', ['+el']],
  ['70', 'dcmcjpeg', ['+e1']],
  ['80', 'dcmcjpls', ['+el']],
  ['90', 'gdcmconv', ['--j2k']],
]
const LOSSY: readonly Encode[] = [
  ['81', 'dcmcjpls', ['+en', '+md', '2'], ['dcmdjpls']],
  ['91', 'gdcmconv', ['--j2k', '--lossy', '-r', '10'], ['gdcmconv', '--raw']],
]
const BASELINE: Encode = ['50', 'dcmcjpeg', ['+eb'], ['dcmdjpeg']]
const EXTENDED: Encode = ['51', 'dcmcjpeg', ['+ee'], ['dcmdjpeg']]

export function makeCorpus(films: readonly TestFilm[], folder: string): CorpusFile[] {
  return films.flatMap((film) => {
    const source = join(folder, `${film.name}.dcm`)
    const plain = writeDicom(film.elements)
    writeFileSync(source, plain)
    const encoded = [...LOSSLESS, ...lossyOf(film)].map(([suffix, tool, args, decode]): CorpusFile => {
      const name = `${film.name}.${suffix}`
      const to = join(folder, `${name}.dcm`)
      execFileSync(tool, [...args, source, to], { stdio: 'pipe' })
      const bytes = readFileSync(to)
      if (decode === undefined) return { film, name, bytes }
      const [decoder, ...given] = decode
      const back = join(folder, `${name}.raw.dcm`)
      execFileSync(decoder, [...given, to, back], { stdio: 'pipe' })
      return { film, name, bytes, reference: readFileSync(back) }
    })
    return [{ film, name: `${film.name}.2.1`, bytes: plain }, ...encoded, ...highThroughput(film, folder)]
  })
}

/** dcmtk compresses what is signed without loss only. */
function lossyOf({ name, bitsStored, samples }: TestFilm): readonly Encode[] {
  if (name === 'm2_8') return [...LOSSY, BASELINE, EXTENDED]
  if (samples instanceof Int16Array) return LOSSY.slice(1)
  return bitsStored === 12 ? [...LOSSY, EXTENDED] : LOSSY
}

const HT: readonly (readonly [suffix: string, args: readonly string[]])[] = [
  ['201', ['-reversible', 'true', '-num_decomps', '5']],
  ['202', ['-reversible', 'true', '-num_decomps', '5', '-prog_order', 'RPCL']],
  ['203', ['-qstep', '0.002']],
]

/** OpenJPH compresses unsigned pictures, of which we make the DICOM file. */
function highThroughput(film: TestFilm, folder: string): CorpusFile[] {
  const { samples, rows, columns, bitsStored = 16, name } = film
  if (samples instanceof Int16Array) return []
  const picture = join(folder, `${name}.pgm`)
  writeFileSync(picture, Buffer.concat([pgmHead(columns, rows, bitsStored), bigEndian(samples)]))
  return HT.map(([suffix, args]) => {
    const code = join(folder, `${name}.${suffix}.j2c`)
    execFileSync('ojph_compress', ['-i', picture, '-o', code, ...args], { stdio: 'pipe' })
    const bytes = writeDicom(
      { ...film.elements, '7fe00010': ['OB*', encapsulate([readFileSync(code)])] },
      `1.2.840.10008.1.2.4.${suffix}`,
    )
    if (suffix !== '203') return { film, name: `${name}.${suffix}`, bytes }
    const back = join(folder, `${name}.${suffix}.pgm`)
    execFileSync('ojph_expand', ['-i', code, '-o', back], { stdio: 'pipe' })
    const raw = readFileSync(back).subarray(pgmHead(columns, rows, bitsStored).length)
    const own = new Uint8Array(raw)
    if (bitsStored > 8) Buffer.from(own.buffer).swap16()
    const reference = writeDicom({ ...film.elements, '7fe00010': [bitsStored > 8 ? 'OW' : 'OB', own] })
    return { film, name: `${name}.${suffix}`, bytes, reference }
  })
}

function pgmHead(columns: number, rows: number, bits: number): Buffer {
  return Buffer.from(`P5\n${columns} ${rows}\n${2 ** bits - 1}\n`)
}

function bigEndian(samples: Uint8Array | Uint16Array): Buffer {
  const own = Buffer.from(
    Uint8Array.from(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).buffer,
  )
  return samples instanceof Uint8Array ? own : own.swap16()
}
