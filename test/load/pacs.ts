/** A real PACS for load tests, which tells of each object in the moment when it has it. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOrthanc, type Orthanc } from '../hospital/orthanc.js'

export interface Pacs {
  readonly orthanc: Orthanc
  /** Resolves with the moment (`performance.now`) when it has an object of each modality for this study. */
  stored(studyUid: string, modalities: readonly string[]): Promise<number>
  close(): Promise<void>
}

interface Waiting {
  readonly missing: Set<string>
  resolve(atMs: number): void
}

export async function startPacs(): Promise<Pacs> {
  const waiting = new Map<string, Waiting>()
  const listener = createServer((request, response) => {
    const [, studyUid = '', modality = ''] = (request.url ?? '').split('/')
    response.end()
    const study = waiting.get(studyUid)
    study?.missing.delete(modality)
    if (study?.missing.size === 0) study.resolve(performance.now())
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'radserve-pacs-'))
  const script = join(folder, 'stored.lua')
  const { port } = listener.address() as AddressInfo
  writeFileSync(
    script,
    `function OnStoredInstance(_, tags)
       HttpGet('http://127.0.0.1:${port}/' .. tags['StudyInstanceUID'] .. '/' .. tags['Modality'])
     end`,
  )
  const ends: (() => Promise<void>)[] = []
  const orthanc = await startOrthanc(
    { after: (end) => void ends.push(end as () => Promise<void>) },
    { settings: { LuaScripts: [script] } },
  )
  return {
    orthanc,
    stored: (studyUid, modalities) =>
      new Promise((resolve) => waiting.set(studyUid, { missing: new Set(modalities), resolve })),
    async close() {
      for (const end of ends) await end()
      listener.close()
      rmSync(folder, { recursive: true })
    },
  }
}
