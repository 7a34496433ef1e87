import assert from 'node:assert/strict'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { readCard, readCardPicture } from '../../src/store/card.js'
import type { Pack } from '../../src/store/pack.js'
import { temporaryFolder } from '../folder.js'

function packIn(): Pack {
  const folder = temporaryFolder('card')
  return { folder, manifest: { name: 'tiny', version: '1.0.0' } } as Pack
}
const isMissing = (error: unknown): boolean => error instanceof AppError && error.code === 'card_not_found'

test('a card is a plain file of the pack and not too long; a link, a folder or nothing is none', async () => {
  const pack = packIn()
  const card = join(pack.folder, 'CARD.md')
  await assert.rejects(readCard(pack), isMissing)
  symlinkSync('/etc/hostname', card)
  await assert.rejects(readCard(pack), isMissing)
  rmSync(card)
  symlinkSync('/dev/zero', card)
  await assert.rejects(readCard(pack), isMissing)
  rmSync(card)
  writeFileSync(card, 'x'.repeat(256 * 1024 + 1))
  await assert.rejects(readCard(pack), isMissing)
  writeFileSync(card, '# Größe')
  assert.equal(await readCard(pack), '# Größe')
})

test('its pictures are those beside it, by plain names', async () => {
  const pack = packIn()
  writeFileSync(join(pack.folder, 'loss.png'), 'p')
  writeFileSync(join(pack.folder, 'model.json'), '{}')
  symlinkSync('/etc/hostname', join(pack.folder, 'link.png'))
  assert.deepEqual(await readCardPicture(pack, 'loss.png'), Uint8Array.of(0x70))
  for (const name of ['model.json', 'link.png', '../loss.png', './loss.png', 'none.png', '', '/etc/x.png'])
    assert.equal(await readCardPicture(pack, name), undefined, name)
})
