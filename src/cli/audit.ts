import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadProcessConfig } from '../config.js'
import { auditEventOf } from '../observability/audit/balp.js'
import { auditFolder } from '../observability/audit/chain-folder.js'
import { chainsOf, entriesOf, verifyChain, type ChainReport, type Witness } from '../observability/audit/verify.js'

export interface NamedWitness extends Witness {
  readonly chain: string
}

/** `radserve audit verify`: every chain of the folder where none is named; the folder is that of DATA_DIR unless it is given. */
export async function verifyAudit(
  names: readonly string[],
  witnesses: readonly NamedWitness[],
  dir?: string,
): Promise<number> {
  const place = await findChains(names, dir)
  return typeof place === 'string' ? refuse(place) : verify(place, witnesses)
}

/** `radserve audit export`: chains as `verifyAudit` takes them. */
export async function exportAudit(names: readonly string[], format: 'balp' | 'json', dir?: string): Promise<number> {
  const place = await findChains(names, dir)
  return typeof place === 'string' ? refuse(place) : exportChains(place, format)
}

interface Place {
  readonly folder: string
  readonly chains: readonly string[]
}

/** What there is to look at, or why there is nothing. */
async function findChains(names: readonly string[], dir: string | undefined): Promise<Place | string> {
  const folder = dir ?? auditFolder(loadProcessConfig().DATA_DIR)
  if (!existsSync(folder)) return `There is no audit log at ${folder}.`
  const chains = names.length > 0 ? names : await chainsOf(folder)
  const missing = chains.find((chain) => !existsSync(join(folder, chain)))
  if (missing !== undefined || chains.length === 0) return `There is no chain ${missing ?? ''} at ${folder}.`
  return { folder, chains }
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`)
  return 2
}

async function verify({ folder, chains }: Place, witnesses: readonly NamedWitness[]): Promise<number> {
  const stranger = witnesses.find(({ chain }) => !chains.includes(chain))
  if (stranger !== undefined) return refuse(`There is no chain ${stranger.chain} at ${folder}.`)
  let failures = 0
  for (const chain of chains) {
    const report = await verifyChain(
      join(folder, chain),
      witnesses.filter((witness) => witness.chain === chain),
    )
    if (report.broken !== undefined) failures += 1
    process.stdout.write(reportText(report))
  }
  return failures === 0 ? 0 : 1
}

function reportText({ chain, entries, head, removed, tornBytes, broken }: ChainReport): string {
  const notes = [
    ...(removed.length > 0 ? [`entries ${removed[0]!.first} to ${removed.at(-1)!.last} were kept their time`] : []),
    ...(tornBytes > 0 ? [`the last ${tornBytes} bytes are of an entry that was not finished`] : []),
  ].map((note) => `        ${note}\n`)
  const state = `${chain}  ${entries} entries, head ${chain}:${head.seq}:${head.hash}\n`
  if (broken === undefined) return [`sound   ${state}`, ...notes].join('')
  const { file, line, seq, why } = broken
  const place = [file, ...(line === undefined ? [] : [`line ${line}`]), ...(seq === undefined ? [] : [`entry ${seq}`])]
  return [`broken  ${state}`, `        ${place.join(', ')}: ${why}\n`, ...notes].join('')
}

async function exportChains({ folder, chains }: Place, format: 'balp' | 'json'): Promise<number> {
  for (const chain of chains) {
    for await (const entry of entriesOf(join(folder, chain))) {
      const line = JSON.stringify(format === 'balp' ? auditEventOf(entry) : entry)
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
    }
  }
  return 0
}
