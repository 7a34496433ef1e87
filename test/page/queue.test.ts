import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQueue } from '../../src/page/films/queue.js'

interface Piece {
  readonly work: () => Promise<number>
  end(): void
}

/** Work that ends when it is told to. */
function pieces(count: number, begun: number[]): Piece[] {
  return Array.from({ length: count }, (_, index) => {
    let end = (): void => undefined
    const ended = new Promise<number>((resolve) => (end = () => resolve(index)))
    return {
      work: () => {
        begun.push(index)
        return ended
      },
      end: () => end(),
    }
  })
}

test('200 pieces run two at a time and in order, and are counted', async () => {
  const begun: number[] = []
  const all = pieces(200, begun)
  let mostRunning = 0
  const queue = createQueue(2, () => (mostRunning = Math.max(mostRunning, queue.running)))
  const results = all.map(({ work }) => queue.add(work))
  assert.deepEqual(begun, [0, 1])
  assert.equal(queue.waiting, 198)
  for (const [index, piece] of all.entries()) {
    piece.end()
    assert.equal(await results[index], index)
  }
  assert.deepEqual(begun, [...all.keys()])
  assert.equal(mostRunning, 2)
  assert.deepEqual([queue.waiting, queue.running], [0, 0])
})

test('work that fails fails alone', async () => {
  const queue = createQueue(1)
  const bad = queue.add(() => Promise.reject(new Error('refused')))
  const good = queue.add(() => Promise.resolve('well'))
  await assert.rejects(bad, /refused/)
  assert.equal(await good, 'well')
})

test('what has not begun can be dropped; what runs ends', async () => {
  const begun: number[] = []
  const [first, second] = pieces(2, begun)
  const queue = createQueue(1)
  const running = queue.add(first!.work)
  const waiting = queue.add(second!.work)
  queue.clear()
  await assert.rejects(waiting, { name: 'AbortError' })
  first!.end()
  assert.equal(await running, 0)
  assert.deepEqual(begun, [0])
})
