/**
 * Where the decoder of small JPEGs stops being the quicker one: CPU time of it and of libvips by the side of a square film, gray and in
 * colour, in turns.
 *
 * `npx tsx test/load/jpeg-decode.ts`
 */
import sharp from 'sharp'
import '../../src/imaging/libvips.js'
import { openSmallJpegs } from '../../src/imaging/small-jpeg.js'
import { largeFilms } from './bodies.js'
import { describeMachine, machineLine } from './machine.js'
import { figure } from './report.js'

const SIDES_PX = [224, 320, 512, 640, 768, 1024]
const TURNS = 5
/** Of a turn. */
const SAMPLES = 10_000_000

type Decode = (file: Uint8Array) => Promise<unknown>

/** As `decodeRaster` has it read what is not small: the header first. */
const libvips: Decode = async (file) => {
  const options = { failOn: 'warning', ignoreIcc: true, autoOrient: true, pages: 1 } as const
  const { space } = await sharp(file, options).metadata()
  await sharp(file, options).pipelineColourspace(space).toColourspace(space).removeAlpha().raw().toBuffer()
}

async function cpuMs(decode: Decode, file: Uint8Array, runs: number): Promise<number> {
  const before = process.cpuUsage()
  for (let run = 0; run < runs; run++) await decode(file)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / runs
}

console.log(machineLine(describeMachine()))
for (const space of ['b-w', 'srgb']) {
  for (const side of SIDES_PX) {
    const [film] = await largeFilms(side, 1)
    const file = await sharp(film).toColourspace(space).jpeg({ quality: 90 }).toBuffer()
    const small = openSmallJpegs({ mostSamples: Infinity })
    if ((await small(file, Infinity)) === undefined) throw new Error('The film is not read.')
    const channels = space === 'srgb' ? 3 : 1
    const runs = Math.ceil(SAMPLES / (side * side * channels))
    const times: [number, number][] = []
    for (let turn = 0; turn < TURNS; turn++) {
      times.push([await cpuMs(libvips, file, runs), await cpuMs((bytes) => small(bytes, Infinity), file, runs)])
    }
    const [theirs, ours] = [0, 1].map((at) => Math.min(...times.map((pair) => pair[at]!)))
    console.log(
      `${side} px, ${channels} channel(s): libvips ${figure(theirs!)} ms, small ${figure(ours!)} ms of CPU time`,
    )
  }
}
