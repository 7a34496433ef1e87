import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parseDicom } from '../../src/imaging/dicom/dataset.js'
import { dump, missingTools, presentedState, validationErrors } from '../hospital/validators.js'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom } from '../imaging/dicom/write-dicom.js'
import { jobClient, jobsEnvironment } from './job-client.js'
import { postJson, startService } from './service.js'

const STORE = resolve(import.meta.dirname, '../../model-store')
const LIMITS = { imageBytes: 1e8, imagePixels: 1e8, dataSetBytes: 1e8 }
const [M2_12] = await testFilms()
const film = writeDicom(M2_12!.elements)
const image = { data: film.toString('base64') }
const ACCEPT = { accept: 'application/dicom' }
const TEXTS = ['left lung', 'lower zone of the right lung', 'both lungs', 'left and right lung', 'PLANTED words']
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function object(reply: Response): Promise<Buffer> {
  assert.equal(reply.status, 200, await reply.clone().text())
  assert.equal(reply.headers.get('content-type'), 'application/dicom')
  return Buffer.from(await reply.arrayBuffer())
}

interface Outlined {
  readonly regions: readonly { contours: { outer: [number, number][]; holes: [number, number][][] } }[]
}

/** Points of every polyline, by annotation. */
function drawn(bytes: Uint8Array): [number, number][][][] {
  const { dataSet } = parseDicom(bytes, LIMITS)
  return dataSet.elements['x00700001']!.items!.map(({ dataSet: annotation }) =>
    annotation!.elements['x00700009']!.items!.map(({ dataSet: line }) => {
      assert.deepEqual([line!.string('x00700005'), line!.string('x00700023')], ['PIXEL', 'POLYLINE'])
      return Array.from({ length: line!.uint16('x00700021')! }, (_, at): [number, number] => [
        line!.float('x00700022', 2 * at)!,
        line!.float('x00700022', 2 * at + 1)!,
      ])
    }),
  )
}

test(
  'a presentation state draws the outlines that the answer in JSON has, point for point',
  { skip: missingTools },
  async (t) => {
    const { url, logLines } = await startService(t, { MODEL_STORE: STORE, DEFAULT_MODELS: 'lvit-lung' })
    const to = `${url}/v1/segmentations`
    const state = await object(await postJson(to, { image, texts: TEXTS, dicom_object: 'presentation_state' }, ACCEPT))
    assert.deepEqual(validationErrors(state), [])
    const json = await postJson(to, { image, texts: TEXTS })
    const { data } = (await json.json()) as { data: Outlined[] }
    const outlined = data.filter(({ regions }) => regions.length > 0)
    assert.ok(outlined.length >= 4, 'lungs are outlined')
    const wanted = outlined.map(({ regions }) =>
      regions.flatMap(({ contours: { outer, holes } }) =>
        [outer, ...holes].map((way) => [...way, way[0]!].map(([x, y]) => [x + 0.5, y + 0.5])),
      ),
    )
    assert.deepEqual(drawn(state), wanted)
    const said = dump(state)
    assert.match(said, /WindowCenter|VOILUTSequence|SoftcopyVOILUTSequence/)
    assert.match(said, /\[Left lung or a zone of it 1\]/)
    assert.ok(said.includes(`[${sha256('left lung')}]`), 'a layer says the digest of its text')
    assert.ok(!state.includes('PLANTED words'))
    const named = { image, texts: TEXTS, dicom_object: 'presentation_state', embed_text: true }
    assert.ok((await object(await postJson(to, named, ACCEPT))).includes('PLANTED words'))
    assert.equal(presentedState(state, film), '', 'dcmtk applies it to the film')
    assert.doesNotMatch(logLines.join(''), /planted|2\.25\.\d/i)
  },
)

test(
  'a segment is what the pack says that its text names, and names every file that answered',
  { skip: missingTools },
  async (t) => {
    const { url } = await startService(t, { MODEL_STORE: STORE, DEFAULT_MODELS: 'lvit-lung' })
    const reply = await postJson(`${url}/v1/segmentations`, { image, texts: TEXTS }, ACCEPT)
    const seg = await object(reply)
    assert.deepEqual(validationErrors(seg), [])
    const { dataSet } = parseDicom(seg, LIMITS)
    const segments = dataSet.elements['x00620002']!.items!.map(({ dataSet: item }) => {
      const [type] = item!.elements['x0062000f']!.items!
      const [category] = item!.elements['x00620003']!.items!
      const modifier = type!.dataSet!.elements['x00620011']?.items?.[0]
      return [item!, category!.dataSet!, type!.dataSet!, modifier?.dataSet].map((of, at) =>
        of?.string(at === 0 ? 'x00620005' : 'x00080100'),
      )
    })
    const [structure, lung] = ['123037004', '39607008']
    assert.deepEqual(segments, [
      ['Left lung or a zone of it 1', structure, lung, '7771000'],
      ['Right lung or a zone of it 2', structure, lung, '24028007'],
      ['Both lungs or zones of them 3', structure, lung, '51440002'],
      ['Lung or a zone of it 4', structure, lung, undefined],
      ['Lung or a zone of it 5', structure, lung, undefined],
    ])
    const { components } = JSON.parse(readFileSync(join(STORE, 'lvit-lung/1.2.0/model.json'), 'utf8')) as {
      components: Record<string, { sha256: string }>
    }
    const [first] = dataSet.elements['x00620002']!.items!
    const [algorithm] = first!.dataSet!.elements['x00620007']!.items!
    const parameters = algorithm!.dataSet!.string('x00660032')!
    for (const [role, { sha256: digest }] of Object.entries(components))
      assert.ok(parameters.includes(`${role}_sha256=${digest}`), role)
    assert.match(parameters, /; input_pixels_sha256=[0-9a-f]{64};/)
    assert.ok(parameters.includes(`model_json_sha256=${reply.headers.get('x-model-digest')}`))
  },
)

test(
  'objects are answered later as they are answered at once, but for what is new in each',
  { skip: missingTools },
  async (t) => {
    const { url } = await startService(t, { ...(await jobsEnvironment(t)), DEFAULT_MODELS: 'tiny-clip,tiny-halves' })
    const jobs = jobClient(url)
    const asked = [
      ['/v1/segmentations', { image, text: 'left lung' }],
      ['/v1/classifications', { image, labels: ['Edema', 'Pneumonia'] }],
    ] as const
    for (const [path, body] of asked) {
      const now = await object(await postJson(`${url}${path}`, body, ACCEPT))
      const { id } = await jobs.submit(path, body, ACCEPT)
      assert.equal((await jobs.ended(id)).state, 'completed', path)
      const later = await object(await jobs.result(id))
      assert.deepEqual(validationErrors(later), [], path)
      const lasting = (bytes: Buffer): string =>
        dump(bytes)
          .replaceAll(/2\.25\.\d{20,}/g, 'UID')
          .split('\n')
          // The header's length too: a random UID has a digit or two less now and then.
          .filter(
            (line) => !/Time|Date|FileMetaInformationGroupLength|#\s+\d+, 1 (SOP|Series|Tracking)?.*UID|UID/.test(line),
          )
          .join('\n')
      assert.equal(lasting(later), lasting(now), path)
      assert.ok(later.includes('2.25.1001'), 'it is about the film')
    }
  },
)
