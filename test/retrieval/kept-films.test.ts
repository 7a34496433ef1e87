import assert from 'node:assert/strict'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '../../src/ports.js'
import { createRetrieval } from '../../src/retrieval/retrieval.js'
import { createBlobs } from '../../src/state/blobs.js'
import { temporaryFolder } from '../folder.js'
import { makeIndex, newItem, testIndexes } from './kinds.js'

const LONG_AGO = new Date(Date.now() - 3_600_000)

testIndexes('films that no item needs go when they are old, and no other', async (_t, _retrieval, state) => {
  const folder = temporaryFolder()
  // The films of this test alone: the state is shared with others.
  const retrieval = createRetrieval({ ...state, sources: createBlobs(folder) }, silentLog)
  const [first, second] = await Promise.all(
    ['films', 'studies'].map((name) => makeIndex(retrieval, { name, storesSources: true })),
  )
  const vector = new Float32Array(16).fill(0.25)
  const keep = (...films: string[]) =>
    retrieval.sources.keep({ kind: 'study', films: films.map((film) => Buffer.from(film)) } as never)
  const write = async (index: typeof first, id: string, films: string[]): Promise<void> => {
    const source = await keep(...films)
    await retrieval.items.write(index!, [newItem(id, vector, { kind: 'study', source: source! })], 1000)
  }
  await write(first, 'a', ['shared', 'of a'])
  await write(second, 'b', ['shared', 'of b'])
  await keep('of nobody', 'young')
  const there = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /[0-9a-f]{64}$/.test(path))
  const digests = new Map<string, string>()
  for (const film of ['shared', 'of a', 'of b', 'of nobody', 'young']) {
    const { digest } = await createBlobs(temporaryFolder()).put(Buffer.from(film))
    digests.set(digest, film)
  }
  const nameOf = (path: string): string => digests.get(path.slice(-64))!
  const age = (): void => {
    for (const path of there()) if (nameOf(path) !== 'young') utimesSync(join(folder, path), LONG_AGO, LONG_AGO)
  }
  const swept = async (): Promise<string[]> => {
    age()
    await retrieval.sources.sweep()
    return there().map(nameOf).sort()
  }
  assert.deepEqual(there().map(nameOf).sort(), ['of a', 'of b', 'of nobody', 'shared', 'young'])
  assert.deepEqual(await swept(), ['of a', 'of b', 'shared', 'young'])
  await retrieval.items.remove(first!, 'a')
  assert.deepEqual(await swept(), ['of b', 'shared', 'young'])
  await retrieval.indexes.remove('studies')
  assert.deepEqual(await swept(), ['young'])
})
