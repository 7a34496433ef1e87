import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import type { LiveModel } from '../../src/flows/live-model.js'
import { createModelSlot } from '../../src/flows/model-slot.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const never = new AbortController().signal

interface Opening {
  resolve(model: LiveModel): void
  reject(error: Error): void
}

/** A slot whose openings the test settles itself, in order. */
function slotUnderTest() {
  const openings: Opening[] = []
  let closes = 0
  const slot = createModelSlot('a@1.0.0', {
    open() {
      let settle: Opening | undefined
      const promise = new Promise<LiveModel>((resolve, reject) => (settle = { resolve, reject }))
      openings.push(settle!)
      return promise
    },
    close() {
      closes += 1
      return Promise.resolve()
    },
  })
  return { slot, openings, closes: () => closes }
}

const model = { id: 'a@1.0.0' } as LiveModel

test('many callers of a cold model open it once', async () => {
  const { slot, openings } = slotUnderTest()
  const callers = [slot.acquire(never), slot.acquire(never), slot.load()]
  assert.equal(slot.state, 'loading')
  openings[0]!.resolve(model)
  await Promise.all(callers)
  assert.equal(openings.length, 1)
  assert.equal(slot.state, 'ready')
})

test('a model in use is not unloaded, an unloaded one says so until it is loaded', async () => {
  const { slot, openings, closes } = slotUnderTest()
  const acquiring = slot.acquire(never)
  openings[0]!.resolve(model)
  const { release } = await acquiring
  await assert.rejects(slot.unload(), isCode('model_in_use'))
  release()
  release()
  await slot.unload()
  assert.deepEqual([slot.state, closes(), slot.uses], ['unloaded', 1, 0])
  await assert.rejects(slot.acquire(never), isCode('model_not_loaded'))
  const loading = slot.load()
  openings[1]!.resolve(model)
  await loading
  assert.equal(slot.state, 'ready')
})

test('a failure is told to everybody and tried again only when it is loaded', async () => {
  const { slot, openings } = slotUnderTest()
  const first = slot.acquire(never)
  openings[0]!.reject(new AppError('model_invalid', 'The sha256 differs.'))
  await assert.rejects(first, isCode('model_invalid'))
  await assert.rejects(slot.acquire(never), /sha256/)
  assert.deepEqual([slot.state, slot.reason, slot.uses, openings.length], ['failed', 'The sha256 differs.', 0, 1])
  const loading = slot.load()
  openings[1]!.resolve(model)
  await loading
})

test('a caller that leaves while the model loads stops waiting, the loading goes on', async () => {
  const { slot, openings } = slotUnderTest()
  const leaving = new AbortController()
  const caller = slot.acquire(leaving.signal)
  leaving.abort()
  await assert.rejects(caller, isCode('cancelled'))
  assert.equal(slot.uses, 0)
  openings[0]!.resolve(model)
  await slot.load()
  assert.equal(openings.length, 1)
})
