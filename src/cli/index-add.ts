import { readFile } from 'node:fs/promises'
import { ProblemError } from '../client/client.js'
import { commandEnvironment } from '../config.js'
import { AppError } from '../errors.js'
import { EXIT } from './exit-codes.js'
import { createIndexClient, type IndexClient } from './index-client.js'
import { indexFolder, type FolderCounts, type FolderOptions } from './index-folder.js'
import { readMetadataCsv } from './index-metadata.js'
import { createProgress } from './progress.js'

/** Refusals that are told one by one. */
const MAX_TOLD = 20
export interface IndexAddOptions {
  readonly index: string
  readonly url?: string
  readonly keyFile?: string
  readonly create?: boolean
  readonly model?: string
  readonly metadata?: string
}

/** `radserve index add`: a folder of films into an index of a running service. Run again it goes on where it was. */
export async function addToIndex(folder: string, options: IndexAddOptions): Promise<number> {
  const environment = commandEnvironment()
  const url = options.url ?? environment.url ?? 'http://127.0.0.1:8080'
  if (!URL.canParse(url)) throw new AppError('invalid_option', '--url must be the address of a service.')
  const { keyFile } = options
  const key = keyFile === undefined ? environment.key : (await readFile(keyFile, 'utf8')).trim()
  const client = createIndexClient(url, options.index, key)
  const fields = await openIndex(client, options)
  const metadata =
    options.metadata === undefined ? new Map<string, object>() : await readMetadataCsv(options.metadata, fields)
  return addFolder(folder, { client, metadata, keepsStudies: fields['study'] === 'string' })
}

/** Makes it only where it is not there: what is there is left as it is. */
async function openIndex(client: IndexClient, { create, model }: IndexAddOptions) {
  try {
    return await client.fields()
  } catch (error) {
    if (create !== true || !(error instanceof ProblemError) || error.code !== 'index_not_found') throw error
    await client.create({ ...(model !== undefined && { model }) })
    return client.fields()
  }
}

async function addFolder(
  folder: string,
  films: Pick<FolderOptions, 'client' | 'metadata' | 'keepsStudies'>,
): Promise<number> {
  const progress = createProgress(process.stderr)
  const stopping = new AbortController()
  const onInterrupt = (): void => {
    if (stopping.signal.aborted) process.exit(EXIT.interrupted)
    progress.say('Finishing what is under way; interrupt again to stop at once.')
    stopping.abort()
  }
  process.on('SIGINT', onInterrupt)
  let told = 0
  try {
    const counts = await indexFolder({
      ...{ folder, ...films, signal: stopping.signal },
      onProgress: ({ done, files }) => progress.show(done, files),
      onRefused(id, why) {
        if (told++ < MAX_TOLD) progress.say(`${id}: ${why}`)
      },
    })
    progress.end()
    process.stdout.write(`${summary(counts)}\n`)
    if (counts.ending !== undefined)
      progress.say(`The service ended the stream: ${counts.ending} Run this again to go on.`)
    if (stopping.signal.aborted) return EXIT.interrupted
    return counts.refused > 0 || counts.ending !== undefined ? EXIT.failed : EXIT.done
  } finally {
    progress.end()
    process.off('SIGINT', onInterrupt)
  }
}

function summary({ written, unchanged, refused, unfit }: FolderCounts): string {
  const { unreadable } = unfit
  return [
    `${written} written`,
    `${unchanged} there already`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(unfit['no image'] > 0 ? [`${unfit['no image']} files are no images`] : []),
    ...(unfit['too large'] > 0 ? [`${unfit['too large']} are too large`] : []),
    ...(unreadable > 0 ? [`${unreadable} could not be read`] : []),
  ].join(', ')
}
