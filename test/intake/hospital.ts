/** Films as a hospital sends them, and the file that says what is done about them. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { DeliveryReply, StudyReply, StudyTaskReply } from '../../src/http/schemas/intake.js'
import { until } from '../e2e/server.js'
import { testFilms } from '../imaging/dicom/films.js'
import { writeDicom, type Elements } from '../imaging/dicom/write-dicom.js'
import { temporaryFolder } from '../folder.js'

const [M2_12] = await testFilms()

/** A frontal film of a study, by small numbers. */
export function filmOf(study: number, instance: number, more: Elements = {}): Buffer {
  return writeDicom({
    ...M2_12!.elements,
    '00080018': ['UI', `2.25.9${study}.${instance}`],
    '00080050': ['SH', 'PLANTED-ACC'],
    '0020000d': ['UI', `2.25.7${study}`],
    '0020000e': ['UI', `2.25.8${study}`],
    ...more,
  })
}

/** The path of a file that goes away with the test. */
export function hospitalFile(sections: object): string {
  const folder = temporaryFolder('hospital')
  const file = join(folder, 'hospital.yaml')
  writeFileSync(file, stringify(sections))
  return file
}

export const SEG = {
  name: 'seg',
  route: '/v1/segmentations',
  options: { texts: ['left lung'] },
  accept: 'application/dicom',
  to: ['archive'],
}
export const SR = {
  name: 'sr',
  route: '/v1/classifications',
  options: { labels: ['Edema', 'Pneumonia'] },
  accept: 'application/dicom',
  to: ['archive'],
}

export interface StudyDetails extends StudyReply {
  readonly tasks: StudyTaskReply[]
  readonly deliveries: DeliveryReply[]
}

export function intakeClient(url: string, headers: Record<string, string> = {}) {
  const json = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const reply = await fetch(`${url}${path}`, { ...init, headers })
    assert.ok(reply.ok, `${path}: ${reply.status} ${await reply.clone().text()}`)
    return (await reply.json()) as T
  }
  const client = {
    async stow(films: readonly Uint8Array[], path = '/dicomweb/studies'): Promise<Response> {
      const parts = films.flatMap((film) => [
        Buffer.from('--B\r\ncontent-type: application/dicom\r\n\r\n'),
        film,
        Buffer.from('\r\n'),
      ])
      return fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'multipart/related; type="application/dicom"; boundary=B' },
        body: Buffer.concat([...parts, Buffer.from('--B--\r\n')]),
      })
    },
    async studies(query = ''): Promise<StudyReply[]> {
      return (await json<{ data: StudyReply[] }>(`/v1/studies${query}`)).data
    },
    study: (id: string) => json<StudyDetails>(`/v1/studies/${id}`),
    async deliveries(query = ''): Promise<DeliveryReply[]> {
      return (await json<{ data: DeliveryReply[] }>(`/v1/deliveries${query}`)).data
    },
    replay: (id: string) => json<DeliveryReply>(`/v1/deliveries/${id}/replay`, { method: 'POST' }),
    drop: (id: string) => json<DeliveryReply>(`/v1/deliveries/${id}`, { method: 'DELETE' }),
    /** The newest study when all of them have ended. */
    async ended(count: number, withinMs = 60_000): Promise<StudyDetails> {
      let studies: StudyReply[] = []
      await until(`${count} studies have ended`, withinMs, async () => {
        studies = await client.studies()
        return studies.length === count && studies.every(({ ended_at: at }) => at !== undefined)
      }).catch((error: unknown) => {
        throw new Error(JSON.stringify(studies), { cause: error })
      })
      return client.study(studies[0]!.id)
    },
  }
  return client
}
