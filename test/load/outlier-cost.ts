/**
 * What the outlier score costs a request: `npx tsx test/load/outlier-cost.ts [--requests 200]`. Two services of this process, one
 * that asks for the score and one that does not, are asked in turns, so that what else the machine does falls on both.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parseArgs } from 'node:util'
import { startService } from '../e2e/service.js'

const STORE = resolve(import.meta.dirname, '../../model-store')
const FILM = readFileSync(resolve(STORE, 'cxr-align/1.0.0/goldens/nih_00000165_001.jpg'))
const PATHS = ['classifications?label_set=cxr-basic', 'segmentations?text=left%20lung', 'embeddings'] as const
const { values } = parseArgs({ options: { requests: { type: 'string', default: '200' } } })
const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

test('the cost of the outlier score', async (t) => {
  const start = (mode: string) =>
    startService(t, { MODEL_STORE: STORE, DEFAULT_MODELS: 'cxr-align,lvit-lung', GATE_OUTLIERS: mode, LANES: '1' })
  const services = { off: (await start('off')).url, enforce: (await start('enforce')).url }
  for (const path of PATHS) {
    const spent = { off: [] as number[], enforce: [] as number[] }
    for (let at = -20; at < Number(values.requests); at++)
      for (const mode of at % 2 === 0 ? (['off', 'enforce'] as const) : (['enforce', 'off'] as const)) {
        const startMs = performance.now()
        const headers = { 'content-type': 'image/jpeg' }
        const reply = await fetch(`${services[mode]}/v1/${path}`, {
          method: 'POST',
          headers,
          body: new Uint8Array(FILM),
        })
        if (!reply.ok) throw new Error(await reply.text())
        await reply.arrayBuffer()
        if (at >= 0) spent[mode].push(performance.now() - startMs)
      }
    const [off, enforce] = [median(spent.off), median(spent.enforce)]
    process.stdout.write(
      `${path}: ${off.toFixed(1)} ms without, ${enforce.toFixed(1)} ms with, ratio ${(enforce / off).toFixed(3)}\n`,
    )
  }
})
