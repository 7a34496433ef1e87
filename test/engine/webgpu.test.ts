import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { parseDevice } from '../../src/engine/devices.js'
import type { RunResult } from '../../src/engine/engine.js'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, startEngine, untilLoaded } from './harness.js'

/** The software Vulkan driver that Debian's chromium brings; Vulkan's loader lies beside it. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const isCi = process.env['CI'] === 'true'
const skip = existsSync(DRIVER) || isCi ? false : `no Vulkan driver at ${DRIVER}; Debian's chromium has one`

test('the webgpu provider gives what the CPU gives, within 1e-3', { skip }, async (t) => {
  const graph = fixtureGraph('conv')
  const pixels = Uint8Array.from({ length: 3 * 256 }, (_, i) => (i * 37) % 256)
  const feeds = { pixels: tensor('uint8', [3, 1, 16, 16], pixels) }
  const answers: RunResult[] = []
  for (const device of ['cpu', 'webgpu']) {
    const environment = { ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: dirname(DRIVER) }
    const engine = await startEngine(t, { device: parseDevice(device), environment })
    await engine.load('a@1', [graph], untilLoaded)
    assert.equal(engine.residency(graph)[0]?.device, device)
    answers.push(await engine.run('a@1', graph, feeds, demand()))
  }
  const [cpu, gpu] = answers
  for (const name of ['global', 'grid']) {
    const [a, b] = [cpu!.outputs[name]!, gpu!.outputs[name]!]
    assert.deepEqual(a.dims, b.dims)
    const worst = Math.max(...Array.from(a.data as Float32Array, (value, i) => Math.abs(value - Number(b.data[i]))))
    assert.ok(worst <= 1e-3, `${name} differs by ${worst}`)
  }
})
