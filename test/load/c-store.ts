/**
 * From the C-STORE of a film of 13 MB until a PACS (Orthanc) has a SEG and a SR of it, beside decoding and inference alone; and
 * whether memory is flat over many studies in a row.
 *
 * `npm run build && npx tsx test/load/c-store.ts [--studies 200]`
 *
 * The silence that completes a study (`quiet_ms`) is a setting and is taken off. Decoding and inference are what the service itself
 * says they take (`server-timing`) of the same two tasks, asked for at once over HTTP as JSON, with the same film.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { createStoreScu } from '../../src/hospital/dimse/store-scu.js'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom } from '../imaging/dicom/write-dicom.js'
import { median, watchMemory } from './memory-watch.js'
import { startPacs, type Pacs } from './pacs.js'
import { figure } from './report.js'
import { freePort, type ServerProcess } from './server-process.js'
import { startService } from './service.js'
import { atMost, type Verdict } from './targets.js'
import { inWorkplace } from './workplace.js'

/** 2600 x 2500 samples of two bytes. */
const [ROWS, COLUMNS] = [2600, 2500]
const QUIET_MS = 100
const CROWD = 8
const CROWD_ROUNDS = 4
const STORE = resolve(import.meta.dirname, '../../model-store')
const TASKS = {
  SEG: { route: '/v1/segmentations', options: { texts: ['left lung'] }, query: 'text=left%20lung' },
  SR: { route: '/v1/classifications', options: { label_set: 'cxr-basic' }, query: 'label_set=cxr-basic' },
} as const
const MODALITIES = ['SEG', 'SR'] as const

const { values: options } = parseArgs({ options: { studies: { type: 'string', default: '200' } } })

await inWorkplace('c-store', async ({ logFile }) => {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-c-store-'))
  const [pacs, port] = await Promise.all([startPacs(), freePort()])
  const file = join(folder, 'hospital.yaml')
  writeFileSync(file, stringify(hospitalOf(pacs, port)))
  const environment = { DATA_DIR: join(folder, 'data'), HOSPITAL_CONFIG: file, LOG_LEVEL: 'warn' }
  const models = ['cxr-align', 'lvit-lung']
  const service = await startService({ store: STORE, models, logFile, environment })
  try {
    return await measure(service, pacs, port)
  } finally {
    console.log(`The service ended with ${await service.stop()}.`)
    await pacs.close()
    rmSync(folder, { recursive: true })
  }
})

function hospitalOf({ orthanc }: Pacs, port: number): object {
  const tasks = MODALITIES.map((name) => {
    const { route, options: fields } = TASKS[name]
    return { name: name.toLowerCase(), route, options: fields, accept: 'application/dicom', to: ['archive'] }
  })
  return {
    aes: { orthanc: { host: '127.0.0.1', port: orthanc.dicomPort, called_ae: orthanc.aeTitle } },
    scp: { port, ae_title: 'RADSERVE', peers: [{ ae_title: 'MODALITY', address: '127.0.0.1' }] },
    destinations: { archive: { cstore: 'orthanc' } },
    intake: { quiet_ms: QUIET_MS },
    rules: [{ name: 'chest', when: {}, tasks }],
  }
}

async function measure(service: ServerProcess, pacs: Pacs, port: number): Promise<Verdict[]> {
  const modality = createStoreScu({
    ...{ host: '127.0.0.1', port, callingAe: 'MODALITY', calledAe: 'RADSERVE', timeoutMs: 60_000 },
  })
  const filmOf = await filmMaker()
  await crowd(service, filmOf(0))
  const memory = watchMemory(service.pid)
  const taken: number[] = []
  const totals: number[] = []
  const cores: number[] = []
  const asked: number[] = []
  for (let study = 0; study < Number(options.studies); study++) {
    const film = filmOf(study)
    const stored = pacs.stored(studyUid(study), MODALITIES)
    const startMs = performance.now()
    const sent = await modality.store([film])
    if (sent.outcome !== 'accepted') throw new Error(`The film was not taken: ${JSON.stringify(sent)}`)
    taken.push(performance.now() - startMs)
    totals.push((await stored) - startMs - QUIET_MS)
    const askedMs = performance.now()
    cores.push(Math.max(...(await Promise.all(MODALITIES.map((name) => coreMs(service, name, film))))))
    asked.push(performance.now() - askedMs)
    memory.sample()
    if (study % 20 === 19) console.log(`  ${study + 1} studies: ${tellMemory(memory.samples.at(-1)!)}`)
  }
  console.log(
    `Film in to SEG and SR stored, without the silence: median ${figure(median(totals))} ms, of which the sender waits ` +
      `${figure(median(taken))} ms; decoding and inference: ` +
      `${figure(median(cores))} ms; both asked for as JSON over HTTP: ${figure(median(asked))} ms`,
  )
  return [
    atMost('film in to SEG and SR in the PACS, over decoding and inference (ms)', median(totals) - median(cores), 150),
    atMost('the same over both tasks asked for as JSON (ms)', median(totals) - median(asked), 150),
    atMost(`memory at the end of ${options.studies} studies / after the first tenth`, memory.growth(), 1.1),
  ]
}

/** Narrow lanes open once many ask: a step that would otherwise come somewhere in the middle. */
async function crowd(service: ServerProcess, film: Buffer): Promise<void> {
  for (let round = 0; round < CROWD_ROUNDS; round++) {
    const asks = Array.from({ length: CROWD }, () => MODALITIES.map((name) => coreMs(service, name, film)))
    await Promise.all(asks.flat())
  }
}

function studyUid(study: number): string {
  return `2.25.7${study}`
}

/** One film, whose identity is another each time. */
async function filmMaker(): Promise<(study: number) => Buffer> {
  const [film] = await testFilms(ROWS, COLUMNS)
  return (study) =>
    writeDicom({
      ...film!.elements,
      '00080018': ['UI', `2.25.9${study}`],
      '0020000d': ['UI', studyUid(study)],
      '0020000e': ['UI', `2.25.8${study}`],
    })
}

/** Decoding, preparing and running, as the answer says. */
async function coreMs(service: ServerProcess, name: keyof typeof TASKS, film: Buffer): Promise<number> {
  const { route, query } = TASKS[name]
  const reply = await fetch(`http://127.0.0.1:${service.port}${route}?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body: new Uint8Array(film),
  })
  if (!reply.ok) throw new Error(`${route}: ${reply.status} ${await reply.text()}`)
  await reply.arrayBuffer()
  const timing = reply.headers.get('server-timing') ?? ''
  return [...timing.matchAll(/(decode|prepare|run);dur=([\d.]+)/g)].reduce((sum, [, , ms]) => sum + Number(ms), 0)
}

function tellMemory({ serverMib, lanesMib }: { serverMib: number; lanesMib: number }): string {
  return `server ${figure(serverMib)} MiB, lanes ${figure(lanesMib)} MiB`
}
