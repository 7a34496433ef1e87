/** Compiles `src/imaging/convolve.wat`. Run by itself (`npm run wasm`) it writes `src/imaging/convolve-wasm.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openWabt from 'wabt'

const SOURCE = fileURLToPath(new URL('../../src/imaging/convolve.wat', import.meta.url))
const TARGET = fileURLToPath(new URL('../../src/imaging/convolve-wasm.ts', import.meta.url))

/** The binary of `convolve.wat`, base64. */
export async function compileConvolve(): Promise<string> {
  const wabt = await openWabt()
  const module = wabt.parseWat(SOURCE, readFileSync(SOURCE, 'utf8'), { simd: true })
  return Buffer.from(module.toBinary({}).buffer).toString('base64')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = (await compileConvolve()).match(/.{1,110}/g) ?? []
  const text = lines.map((line) => `  '${line}'`).join(' +\n')
  writeFileSync(
    TARGET,
    `/** \`convolve.wat\`, compiled by \`npm run wasm\`; \`test/imaging/convolve.test.ts\` compiles it again. */\nexport const CONVOLVE_WASM =\n${text}\n`,
  )
}
