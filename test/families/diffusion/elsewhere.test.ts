/** A picture whose steps are taken in another process is the same, bit for bit: whatever the sampler, and wherever it begins. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallProgress } from '../../../src/families/diffusion/generate.js'
import { SCHEDULER_NAMES, type SchedulerSpec } from '../../../src/families/diffusion/schedulers/spec.js'
import { elsewhere } from '../elsewhere.js'
import { CASES, make, openTinySd, type Case } from './tiny-sd.js'

const pack = await openTinySd('tiny-sd')
const [text] = Object.values(CASES['tiny-sd']!) as [Case]
const FURTHER: readonly SchedulerSpec[] = [
  { name: 'ddim', eta: 0.6 },
  { name: 'pndm', skip_prk_steps: true },
  { name: 'dpm_solver', algorithm_type: 'sde-dpmsolver++', solver_order: 3 },
  { name: 'unipc', solver_order: 3, disable_corrector: [1] },
]

async function same(given: Case): Promise<void> {
  const here = await make(pack, given)
  for (const stepsAtATime of [1, 3]) {
    const there = await make(pack, given, {}, {}, elsewhere(pack.run, stepsAtATime))
    assert.deepEqual(there, here)
  }
}

for (const scheduler of [...SCHEDULER_NAMES.map((name) => ({ name })), ...FURTHER]) {
  test(`${JSON.stringify(scheduler)}: steps that are taken elsewhere`, () =>
    same({ ...text, n: 2, steps: 6, scheduler }))
}

for (const [title, given] of Object.entries(CASES['tiny-sd']!)) {
  if (given.film !== undefined) test(`${title}: the same from a film`, () => same(given))
}

test('what the denoiser saw comes back too: the previews are the same', async () => {
  const preview = { weights: [0.2, -0.1, 0.3, 0.05], bias: 0.5 }
  const diffusion = { ...pack.model.spec.diffusion, preview }
  const seeing = { ...pack, model: { ...pack.model, spec: { ...pack.model.spec, diffusion } } }
  const seenBy = async (advance?: ReturnType<typeof elsewhere>) => {
    const told: CallProgress[] = []
    const onCall = (call: CallProgress): void => void told.push(call)
    await make(seeing, { ...text, steps: 6 }, { onCall }, { previewEvery: 2 }, advance)
    return told
  }
  const here = await seenBy()
  assert.equal(here.filter(({ previews }) => previews !== undefined).length, 3)
  const there = await seenBy(elsewhere(pack.run, 4))
  const timeless = (calls: readonly CallProgress[]) => calls.map((call) => ({ ...call, done: 0 }))
  assert.deepEqual(timeless(there), timeless(here))
  assert.deepEqual(
    there.map(({ done }) => done),
    [4, 4, 4, 4, 7, 7, 7],
  )
})
