import { createHash } from 'node:crypto'
import { studyOfFilm } from '../flows/film-study.js'
import type { AddedLine, IndexClient, StoredDigest } from './index-client.js'
import { compareIds, filesBelow, readFilm, type Unfit } from './index-films.js'

export interface FolderCounts {
  readonly files: number
  /** Of the files so far. */
  done: number
  written: number
  /** The same film was there already. */
  unchanged: number
  refused: number
  readonly unfit: Record<Unfit, number>
  /** The last words of a service that ended the stream. */
  ending: string | undefined
}

export interface FolderOptions {
  readonly folder: string
  readonly client: Pick<IndexClient, 'stored' | 'add'>
  readonly metadata: ReadonlyMap<string, object>
  /** The index has a field `study` of texts: that of a DICOM film is its study's digest, where the metadata says nothing. */
  readonly keepsStudies?: boolean
  /** No more films are begun once it aborts; those that were are seen to their end. */
  readonly signal: AbortSignal
  onProgress(counts: FolderCounts): void
  onRefused(id: string, why: string): void
}

/** Sends every film below a folder that the index does not have as it is. */
export async function indexFolder(options: FolderOptions): Promise<FolderCounts> {
  const { client, onProgress, onRefused } = options
  const counts = startCounts(await countFiles(options.folder))
  for await (const line of client.add(changedFilms(options, counts))) {
    if (line.status === undefined) counts.ending = whyOf(line)
    else {
      counts.done++
      if (line.status === 'written') counts.written++
      else {
        counts.refused++
        onRefused(line.id ?? '?', whyOf(line))
      }
    }
    onProgress(counts)
  }
  return counts
}

function startCounts(files: number): FolderCounts {
  return {
    ...{ files, done: 0, written: 0, unchanged: 0, refused: 0, ending: undefined },
    unfit: { 'no image': 0, 'too large': 0, unreadable: 0 },
  }
}

async function countFiles(folder: string): Promise<number> {
  let count = 0
  const files = filesBelow(folder)
  while ((await files.next()).done !== true) count++
  return count
}

function whyOf({ error }: AddedLine): string {
  if (error === undefined) return 'The service did not say why.'
  return [error.detail, ...(error.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}.`)].join(' ')
}

/** Both the folder and what is stored come in the order of their ids, so that neither has to be in memory. */
async function* changedFilms(options: FolderOptions, counts: FolderCounts): AsyncGenerator<object> {
  const { folder, client, metadata, signal, onProgress } = options
  const stored = client.stored()
  const nextKnown = async (): Promise<StoredDigest | undefined> => {
    const step = await stored.next()
    return step.done === true ? undefined : step.value
  }
  let known = await nextKnown()
  for await (const { id, path } of filesBelow(folder)) {
    if (signal.aborted) return
    while (known !== undefined && compareIds(known.id, id) < 0) known = await nextKnown()
    const film = await readFilm(path)
    if (typeof film === 'string') counts.unfit[film]++
    else if (known?.id === id && known.digest === createHash('sha256').update(film).digest('hex')) counts.unchanged++
    else {
      const study = options.keepsStudies === true ? studyOfFilm(film) : undefined
      const said = { ...(study !== undefined && { study }), ...metadata.get(id) }
      const hasSaid = Object.keys(said).length > 0
      yield { id, image: { data: film.toString('base64') }, ...(hasSaid && { metadata: said }) }
      continue
    }
    counts.done++
    onProgress(counts)
  }
}
