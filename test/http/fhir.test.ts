/** What the three tasks say as FHIR R4: every Bundle valid, everything preliminary, no statement that the model did not make. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isValidFhir, readBundle, resourcesOf } from '../hospital/fhir-validator.js'
import { buildHttp } from './build-http.js'
import { TINY_DIGEST } from './tiny-services.js'

const FILM = { data: Buffer.from('a film').toString('base64') }
const OTHER = { data: Buffer.from('another').toString('base64') }
const accept = { accept: 'application/fhir+json' }

async function bundleOf(t: Parameters<typeof buildHttp>[0], route: string, payload: object) {
  const { app } = await buildHttp(t)
  const reply = await app.inject({ method: 'POST', url: `/v1/${route}`, headers: accept, payload })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.match(String(reply.headers['content-type']), /^application\/fhir\+json/)
  assert.equal(reply.headers['x-model-digest'], TINY_DIGEST)
  return readBundle(reply.body)
}

const codesOf = (concept: { coding?: readonly { system: string; code: string }[] } | undefined) =>
  (concept?.coding ?? []).map(({ code }) => code)

test('a score without a threshold states nothing: no value, the reason why, and the number with its meaning', async (t) => {
  const bundle = await bundleOf(t, 'classifications', {
    images: [FILM, OTHER],
    labels: ['Pleural Effusion', 'Fracture', 'a label of mine'],
  })
  const observations = resourcesOf(bundle, 'Observation')
  assert.equal(observations.length, 6)
  for (const observation of observations) {
    assert.equal(observation.status, 'preliminary')
    assert.equal(observation.valueCodeableConcept, undefined)
    assert.deepEqual(codesOf(observation.dataAbsentReason), ['unknown'])
    const [component] = observation.component!
    assert.deepEqual([codesOf(component!.code), component!.valueQuantity.unit], [['cosine'], '1'])
    assert.match(component!.code.text!, /no probability/)
  }
  const codes = new Map(observations.map(({ code }) => [code.text, codesOf(code)]))
  assert.deepEqual(codes.get('Pleural Effusion'), ['60046008', 'pleural-effusion'])
  assert.deepEqual(codes.get('Fracture'), ['fracture'])
  assert.deepEqual(codes.get('a label of mine'), ['a-label-of-mine'])
})

test('one preliminary report for each film, one for a study, each with its provenance; one device with the digest', async (t) => {
  const twice = await bundleOf(t, 'classifications', { images: [FILM, OTHER], labels: ['edema'] })
  const study = await bundleOf(t, 'classifications', { study: [FILM, OTHER], labels: ['edema'] })
  for (const [bundle, reports] of [
    [twice, 2],
    [study, 1],
  ] as const) {
    const found = resourcesOf(bundle, 'DiagnosticReport')
    assert.equal(found.length, reports)
    for (const report of found) {
      assert.equal(report.status, 'preliminary')
      assert.deepEqual(report.category.flatMap(codesOf), ['LP29684-5'])
      assert.deepEqual(codesOf(report.code), ['18748-4'])
      assert.match(report.conclusion, /not a diagnosis/)
      assert.equal(report.imagingStudy, undefined)
    }
    assert.equal(resourcesOf(bundle, 'Provenance').length, reports)
    const [device, ...others] = resourcesOf(bundle, 'Device')
    assert.deepEqual(others, [])
    assert.deepEqual(device!.identifier, [{ system: 'urn:radserve:model-digest', value: TINY_DIGEST }])
    assert.deepEqual(
      device!.version.map(({ type, value }) => [type.text, value]),
      [
        ['model', '1.0.0'],
        ['radserve', '0.0.0-test'],
      ],
    )
  }
})

test('a drafted text states what it says; where the classifier disagrees nothing is certain', async (t) => {
  const plain = await bundleOf(t, 'reports', { images: [FILM] })
  const [report] = resourcesOf(plain, 'DiagnosticReport')
  assert.match(report!.conclusion, /no effusion \. heart normal/)
  assert.match(report!.text.div, /no effusion/)
  const [absent] = resourcesOf(plain, 'Observation')
  assert.deepEqual(codesOf(absent!.valueCodeableConcept), ['272519000', '121054'])
  assert.equal(absent!.component, undefined)
  const checked = await bundleOf(t, 'reports', { images: [FILM], check_with: true })
  const [disputed] = resourcesOf(checked, 'Observation')
  assert.deepEqual(codesOf(disputed!.valueCodeableConcept), ['82334004'])
  assert.match(disputed!.note![0]!.text, /says absent, the classifier of the same films says present/)
  assert.deepEqual(
    disputed!.component!.map(({ code, valueQuantity }) => [codesOf(code)[0], valueQuantity.value]),
    [
      ['probability', 0.9],
      ['threshold', 0.5],
    ],
  )
})

test('an outline is an area, in mm² where the spacing is known, and no statement', async (t) => {
  const body = { image: FILM, texts: ['left lung', 'right lung'] }
  const [first, second] = resourcesOf(await bundleOf(t, 'segmentations', body), 'Observation')
  assert.deepEqual([first!.valueQuantity!.value, first!.valueQuantity!.code], [8, '{pixels}'])
  assert.equal(first!.note, undefined)
  assert.deepEqual(second!.note, [{ text: 'It says nothing of left.' }])
  const spaced = await bundleOf(t, 'segmentations', { ...body, pixel_spacing: [0.5, 0.25] })
  const [measured] = resourcesOf(spaced, 'Observation')
  assert.deepEqual([measured!.valueQuantity!.value, measured!.valueQuantity!.code], [1, 'mm2'])
  assert.equal(measured!.valueCodeableConcept, undefined)
  assert.ok(!JSON.stringify(spaced).includes('right lung'))
})

test('signs of markup in a label stay text', async (t) => {
  const bundle = await bundleOf(t, 'classifications', { images: [FILM], labels: ['<b>"a" & b</b>'] })
  assert.equal(resourcesOf(bundle, 'Observation')[0]!.code.text, '<b>"a" & b</b>')
})

test('mistakes are problem documents, and JSON stays what is answered first', async (t) => {
  const { app } = await buildHttp(t)
  const post = (headers: Record<string, string>, payload: object) =>
    app.inject({ method: 'POST', url: '/v1/classifications', headers, payload })
  const refused = await post(accept, { images: [FILM], labels: ['a'], label_set: 'b' })
  assert.equal(refused.statusCode, 400)
  assert.match(String(refused.headers['content-type']), /^application\/problem\+json/)
  const any = await post({ accept: 'application/*' }, { images: [FILM], labels: ['a'] })
  assert.match(String(any.headers['content-type']), /^application\/json/)
})

test('the validator can tell: an unknown status or member and a missing code are refused', async (t) => {
  const bundle = await bundleOf(t, 'reports', { images: [FILM] })
  const [observation] = resourcesOf(bundle, 'Observation')
  const without = Object.fromEntries(Object.entries(observation!).filter(([name]) => name !== 'code'))
  for (const wrong of [without, { ...observation, status: 'nonsense' }, { ...observation, patient: 'x' }])
    assert.equal(isValidFhir(wrong), false)
})
