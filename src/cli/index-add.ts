import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { commandEnvironment } from '../config.js'
import { AppError } from '../errors.js'
import { createIndexClient, type IndexClient } from './index-client.js'
import { indexFolder, type FolderCounts, type FolderOptions } from './index-folder.js'
import { readMetadataCsv } from './index-metadata.js'
import { createProgress } from './progress.js'

const USAGE =
  'radserve index add FOLDER --index NAME [--url http://127.0.0.1:8080] [--key-file FILE] [--create [--model NAME]] [--metadata FILMS.csv]'

/** Refusals that are told one by one. */
const MAX_TOLD = 20
/** As a shell has it for a program that SIGINT ended. */
const INTERRUPTED = 130

/** `radserve index …`: a folder of films into an index of a running service. Run again it goes on where it was. */
export async function runIndex(args: string[]): Promise<number> {
  const environment = commandEnvironment()
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      index: { type: 'string' },
      url: { type: 'string', default: environment.url ?? 'http://127.0.0.1:8080' },
      create: { type: 'boolean', default: false },
      model: { type: 'string' },
      metadata: { type: 'string' },
      'key-file': { type: 'string' },
    },
  })
  const [verb, folder] = positionals
  if (verb !== 'add' || folder === undefined || values.index === undefined) {
    process.stderr.write(`Usage: ${USAGE}\n`)
    return 2
  }
  if (!URL.canParse(values.url)) throw new AppError('invalid_option', '--url must be the address of a service.')
  const keyFile = values['key-file']
  const key = keyFile === undefined ? environment.key : (await readFile(keyFile, 'utf8')).trim()
  const client = createIndexClient(values.url, values.index, key)
  const fields = await openIndex(client, values)
  const metadata =
    values.metadata === undefined ? new Map<string, object>() : await readMetadataCsv(values.metadata, fields)
  return addFolder(folder, { client, metadata, keepsStudies: fields['study'] === 'string' })
}

/** Makes it only where it is not there: what is there is left as it is. */
async function openIndex(client: IndexClient, { create, model }: { create: boolean; model?: string }) {
  try {
    return await client.fields()
  } catch (error) {
    if (!create || !(error instanceof AppError) || error.code !== 'index_not_found') throw error
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
    if (stopping.signal.aborted) process.exit(INTERRUPTED)
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
    if (stopping.signal.aborted) return INTERRUPTED
    return counts.refused > 0 || counts.ending !== undefined ? 1 : 0
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
