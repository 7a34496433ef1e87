import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCodeTable, shippedCodeTable } from '../../src/hospital/codes/code-table.js'

test('a confirmed code comes first and the local one last', () => {
  const codes = shippedCodeTable().codesOf('pleural_effusion')
  assert.deepEqual(
    codes.map(({ scheme, code }) => `${scheme} ${code}`),
    ['SCT 60046008', '99RADSERVE pleural-effusion'],
  )
})

test('a code that nobody confirmed, or narrower than the label, is not used', () => {
  for (const label of ['Fracture', 'Lung Lesion', 'Support Devices', 'No Finding'])
    assert.deepEqual(
      shippedCodeTable()
        .codesOf(label)
        .map(({ scheme }) => scheme),
      ['99RADSERVE'],
    )
  assert.equal(shippedCodeTable().codesOf('Lung Opacity')[0].code, '112001')
})

test('a label of nobody has a local code of its own', () => {
  const [code] = shippedCodeTable().codesOf('Größe  des Herzens?')
  assert.deepEqual([code.code, code.meaning], ['größe-des-herzens', 'Größe  des Herzens?'])
})

test('what is no table is refused', () => {
  assert.throws(() => readCodeTable({ findings: [{ label: 'x' }] }), { code: 'configuration' })
})
