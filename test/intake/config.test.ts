import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { ruleMistakes } from '../../src/app/intake.js'
import { readHospitalConfig } from '../../src/config/hospital-config.js'
import { AppError } from '../../src/errors.js'
import { hospitalFile, SEG, SR } from './hospital.js'

test('all mistakes of the file are told at once, each with its place', () => {
  const file = hospitalFile({
    servers: { pacs: { url: 'http://127.0.0.1:1/dicom-web' } },
    destinations: {
      archive: { stow: 'pacs' },
      lost: { stow: 'nobody' },
      far: { cstore: 'nobody' },
      ehr: {
        fhir: {
          ...{ url: 'http://ehr.example/fhir', token_url: 'https://ehr.example/token' },
          ...{ client_id: 'x', key_file: '/nowhere', key_id: 'k' },
        },
      },
    },
    rules: [
      { name: 'one', tasks: [SEG, { ...SEG, to: ['nowhere'] }, { ...SR, accept: 'application/fhir+json' }] },
      {
        name: 'one',
        tasks: [
          { ...SEG, of: 'study' },
          { ...SR, accept: 'application/json', to: [] },
        ],
      },
      { name: 'trial', shadow: true, tasks: [{ ...SR, accept: 'application/json', to: [] }] },
    ],
  })
  assert.throws(
    () => readHospitalConfig(file, {}),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.deepEqual(error.details.fields?.map(({ pointer }) => pointer).sort(), [
        '/destinations/ehr/fhir/url',
        '/destinations/far/cstore',
        '/destinations/lost/stow',
        '/rules/0/tasks/1/name',
        '/rules/0/tasks/1/to/0',
        '/rules/0/tasks/2/to/0',
        '/rules/1/name',
        '/rules/1/tasks/0/of',
        '/rules/1/tasks/1/accept',
        '/rules/1/tasks/1/to',
      ])
      return true
    },
  )
})

test('models that are not in the store and options that the route does not take are found before anything starts', async () => {
  const file = hospitalFile({
    servers: { pacs: { url: 'http://127.0.0.1:1/dicom-web' } },
    destinations: { archive: { stow: 'pacs' } },
    rules: [
      {
        name: 'one',
        tasks: [
          { ...SEG, model: 'good', options: { texts: ['left lung'], threshold: 2, image: 'x' } },
          { ...SR, model: 'bad', options: { lables: ['Edema'] } },
        ],
      },
    ],
  })
  const { rules } = readHospitalConfig(file, {}).file
  const resolve = (reference: string) =>
    reference === 'good'
      ? Promise.resolve({ name: 'good', version: '1.0.0' })
      : Promise.reject(new AppError('model_not_found', 'No.'))
  const pointers = (await ruleMistakes(rules, { resolve })).map(({ pointer }) => pointer)
  for (const expected of [
    '/rules/0/tasks/0/options/threshold',
    '/rules/0/tasks/0/options/image',
    '/rules/0/tasks/1/options/lables',
    '/rules/0/tasks/1/model',
  ])
    assert.ok(pointers.includes(expected), `${expected} in ${pointers.join()}`)
})

test('the example of docs/hospital.md is a file that is taken', () => {
  const text = readFileSync(new URL('../../docs/hospital.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? []
  const file = hospitalFile(parse(example) as object)
  const { rules, destinations } = readHospitalConfig(file, { PACS_PASSWORD: 'x' }).file
  assert.ok(rules.length >= 2 && Object.keys(destinations).length >= 4)
})
