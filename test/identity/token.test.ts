import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { AppError } from '../../src/errors.js'
import { createKeySet } from '../../src/identity/key-set.js'
import { verifyToken, type TokenRules } from '../../src/identity/token.js'
import { silentLog } from '../../src/ports.js'
import { AUDIENCE, startIssuer, type Issuer } from './issuer.js'

const rulesOf = (issuer: Issuer): TokenRules => ({
  issuer: issuer.url,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  clockToleranceMs: 5_000,
})

test('a token of the issuer names a caller, with the scopes that are known', async (t) => {
  const issuer = await startIssuer(t)
  const keys = createKeySet({ url: issuer.keySetUrl, log: silentLog, clock: { nowMs: () => 0 } })
  const text = await issuer.sign({ sub: 'app-7', scope: 'embeddings openid jobs', jti: 'one' })
  const caller = await verifyToken(text, keys, rulesOf(issuer))
  assert.deepEqual([caller?.id, caller?.credential], [`token:app-7@${issuer.url}`, 'one'])
  assert.deepEqual([...caller!.scopes], ['embeddings', 'jobs'])
  const list = await verifyToken(await issuer.sign({ client_id: 'c', scp: ['reports'] }), keys, rulesOf(issuer))
  assert.deepEqual([list?.id, ...list!.scopes], [`token:c@${issuer.url}`, 'reports'])
  assert.equal(issuer.asked, 1, 'the keys are kept')
})

test('whatever is forged, late, of elsewhere or for somebody else is no caller', async (t) => {
  const issuer = await startIssuer(t)
  const keys = createKeySet({ url: issuer.keySetUrl, log: silentLog, clock: { nowMs: () => 0 } })
  const rules = rulesOf(issuer)
  const good = await issuer.sign({ sub: 'a' })
  const [head, body] = good.split('.')
  const stranger = await generateKeyPair('ES256')
  const secret = new TextEncoder().encode('a'.repeat(32))
  const claims = (text: SignJWT) => text.setIssuer(issuer.url).setAudience(AUDIENCE).setExpirationTime('5m')
  const bad: Record<string, string> = {
    garbage: 'garbage',
    'cut signature': `${head}.${body}.`,
    'changed claims': `${head}.${Buffer.from('{"sub":"b"}').toString('base64url')}.${good.split('.')[2]}`,
    'other audience': await issuer.sign({ sub: 'a' }, { audience: 'other' }),
    'other issuer': await issuer.sign({ sub: 'a' }, { issuer: 'https://elsewhere.example' }),
    expired: await issuer.sign({ sub: 'a' }, { expires: Math.floor(Date.now() / 1000) - 60 }),
    'no subject': await issuer.sign({}),
    'subject with spaces': await issuer.sign({ sub: 'a b' }),
    'not yet': await issuer.sign({ sub: 'a', nbf: Math.floor(Date.now() / 1000) + 600 }),
    'other key': await claims(new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'ES256', kid: 'key-0' })).sign(
      stranger.privateKey,
    ),
    'algorithm that is not pinned': await claims(
      new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'HS256', kid: 'key-0' }),
    ).sign(secret),
    none: new UnsecuredJWT({ sub: 'a' }).setIssuer(issuer.url).setAudience(AUDIENCE).setExpirationTime('5m').encode(),
    'too long': 'a'.repeat(20_000),
  }
  for (const [name, text] of Object.entries(bad)) assert.equal(await verifyToken(text, keys, rules), undefined, name)
  assert.ok(await verifyToken(good, keys, rules))
})

test('within the tolerance a token that has just expired is taken', async (t) => {
  const issuer = await startIssuer(t)
  const keys = createKeySet({ url: issuer.keySetUrl, log: silentLog, clock: { nowMs: () => 0 } })
  const text = await issuer.sign({ sub: 'a' }, { expires: Math.floor(Date.now() / 1000) - 10 })
  assert.equal(await verifyToken(text, keys, rulesOf(issuer)), undefined)
  assert.ok(await verifyToken(text, keys, { ...rulesOf(issuer), clockToleranceMs: 60_000 }))
})

test('a new key is found at once, and unknown keys make no storm of questions', async (t) => {
  const issuer = await startIssuer(t)
  let nowMs = 0
  const keys = createKeySet({ url: issuer.keySetUrl, log: silentLog, clock: { nowMs: () => nowMs } })
  const rules = rulesOf(issuer)
  const old = await issuer.sign({ sub: 'a' })
  assert.ok(await verifyToken(old, keys, rules))
  await issuer.rotate()
  nowMs = 31_000
  assert.ok(await verifyToken(await issuer.sign({ sub: 'a' }), keys, rules))
  assert.equal(issuer.asked, 2)
  await Promise.all(Array.from({ length: 50 }, () => verifyToken(old, keys, rules)))
  assert.equal(issuer.asked, 2, 'not again within the cool-down')
})

test('an issuer that is away is survived for an hour, and then nobody is let in', async (t) => {
  const issuer = await startIssuer(t)
  let nowMs = 0
  const keys = createKeySet({ url: issuer.keySetUrl, log: silentLog, clock: { nowMs: () => nowMs } })
  const rules = rulesOf(issuer)
  const text = await issuer.sign({ sub: 'a' })
  assert.ok(await verifyToken(text, keys, rules))
  issuer.status = 500
  nowMs = 3_500_000
  assert.ok(await verifyToken(text, keys, rules))
  nowMs = 7_200_000
  const isUnavailable = (error: unknown) => error instanceof AppError && error.code === 'identity_unavailable'
  await assert.rejects(verifyToken(text, keys, rules), isUnavailable)
})
