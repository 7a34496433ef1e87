import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { verifyFile } from '../../src/store/checksum.js'
import { temporaryFolder } from '../folder.js'

const MIB = 1 << 20

function fileOf(bytes: number) {
  const folder = temporaryFolder('checksum')
  const content = randomBytes(bytes)
  writeFileSync(join(folder, 'weights'), content)
  return {
    folder,
    content,
    file: { file: 'weights', bytes, sha256: createHash('sha256').update(content).digest('hex') },
  }
}

for (const [size, bytes] of Object.entries({ small: 1000, large: 9 * MIB + 17 })) {
  test(`a ${size} file is the bytes that were promised, or is refused by name`, async () => {
    const { folder, content, file } = fileOf(bytes)
    await verifyFile(folder, file)
    content[bytes - 1]! ^= 1
    writeFileSync(join(folder, 'weights'), content)
    await assert.rejects(
      verifyFile(folder, file),
      (error) => error instanceof AppError && error.code === 'model_invalid' && /weights.*sha256/.test(error.message),
    )
  })
}

test('the check of a large file ends when it is aborted, before and on the way', async () => {
  const { folder, file } = fileOf(64 * MIB)
  const why = new Error('the service closes')
  await assert.rejects(verifyFile(folder, file, AbortSignal.abort(why)), why)
  const ending = new AbortController()
  const checked = verifyFile(folder, file, ending.signal)
  setImmediate(() => ending.abort(why))
  await assert.rejects(checked, why)
})
