import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { createSlots } from '../../src/imaging/slots.js'

const never = new AbortController().signal

function hasCode(code: AppError['code']): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code
}

void test('places are given in order, and never more than there are', async () => {
  const slots = createSlots(2)
  const order: number[] = []
  const comers = [0, 1, 2, 3].map((number) => slots.take(never).then(() => order.push(number)))
  await Promise.all(comers.slice(0, 2))
  assert.deepEqual(order, [0, 1])
  slots.give()
  await comers[2]
  assert.deepEqual(order, [0, 1, 2])
  slots.give()
  await comers[3]
})

void test('who leaves the queue is not given a place', async () => {
  const slots = createSlots(1)
  await slots.take(never)
  const controller = new AbortController()
  const leaver = slots.take(controller.signal)
  const next = slots.take(never)
  controller.abort()
  await assert.rejects(leaver, hasCode('cancelled'))
  slots.give()
  await next
  slots.give()
  await slots.take(never)
})

void test('closing turns away the waiting and waits for the places', async () => {
  const slots = createSlots(2)
  await slots.take(never)
  await slots.take(never)
  const waiting = assert.rejects(slots.take(never), hasCode('draining'))
  let isClosed = false
  const closed = slots.close().then(() => (isClosed = true))
  await waiting
  slots.give()
  await assert.rejects(slots.take(never), hasCode('draining'))
  assert.ok(!isClosed)
  slots.give()
  await closed
})

void test('closing with every place free is done at once', async () => {
  await createSlots(3).close()
})
