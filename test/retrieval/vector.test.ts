import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { checkVector, parseVector, vectorValue } from '../../src/retrieval/vector.js'
import { sourceDigest } from '../../src/retrieval/source.js'

const isInvalid = (error: unknown): boolean => error instanceof AppError && error.code === 'invalid_vector'

test('a vector of another width, with NaN, an infinity or only zeros is refused', () => {
  const good = Float32Array.of(0, -2, 1e-30)
  assert.equal(checkVector(good, 3), good)
  for (const bad of [
    [1, 2],
    [1, 2, 3, 4],
    [NaN, 1, 1],
    [1, Infinity, 1],
    [1, 1e39, 1],
    [0, -0, 0],
  ])
    assert.throws(() => checkVector(Float32Array.from(bad), 3), isInvalid, String(bad))
})

test('the binary form is two int16 and big-endian float32', () => {
  assert.equal(vectorValue(Float32Array.of(1, -2)).toString('hex'), '000200003f800000c0000000')
  const at = new Float32Array([9, 1, -2]).subarray(1)
  assert.equal(vectorValue(at).toString('hex'), '000200003f800000c0000000')
  assert.deepEqual(parseVector('[1,-2.5,3e-05]'), Float32Array.of(1, -2.5, 3e-5))
})

test('digests of what items are made of', async () => {
  // sha256 of "abc" (FIPS 180-2, appendix B.1) and, with sha256sum, of what stands beside them.
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  const film = new TextEncoder().encode('abc')
  assert.equal(await sourceDigest({ kind: 'image', films: [film] }), abc)
  assert.equal(await sourceDigest({ kind: 'text', text: 'abc' }), abc)
  const study = await sourceDigest({ kind: 'study', films: [film, film] })
  assert.equal(study, await sourceDigest({ kind: 'text', text: abc + abc }))
  assert.notEqual(study, await sourceDigest({ kind: 'study', films: [film] }))
  const vector = Float32Array.of(1)
  // 00 00 80 3f
  assert.equal(
    await sourceDigest({ kind: 'vector', vector }),
    await sourceDigest({ kind: 'image', films: [Uint8Array.of(0, 0, 0x80, 0x3f)] }),
  )
  const large = new Uint8Array((2 << 20) + 3).fill(7)
  assert.equal(
    await sourceDigest({ kind: 'image', films: [large] }),
    await sourceDigest({ kind: 'image', films: [large.slice()] }),
  )
})
