import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProcessConfig } from '../config.js'
import { AppError } from '../errors.js'
import { auditEventOf } from '../observability/audit/balp.js'
import { auditFolder } from '../observability/audit/chain-folder.js'
import { chainsOf, entriesOf, verifyChain, type ChainReport, type Witness } from '../observability/audit/verify.js'

const USAGE = `radserve audit verify [CHAIN…] [--dir DIR] [--head CHAIN:SEQ:HASH]…   0: sound, 1: broken, 2: nothing to look at
radserve audit export --format balp|json [CHAIN…] [--dir DIR]`

/** `radserve audit …`. */
export async function runAudit(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      head: { type: 'string', multiple: true },
      format: { type: 'string', default: 'balp' },
    },
  })
  const [verb, ...names] = positionals
  const folder = values.dir ?? auditFolder(loadProcessConfig().DATA_DIR)
  if (verb !== 'verify' && verb !== 'export') return refuse(USAGE)
  if (!existsSync(folder)) return refuse(`There is no audit log at ${folder}.`)
  const chains = names.length > 0 ? names : await chainsOf(folder)
  const missing = chains.find((chain) => !existsSync(join(folder, chain)))
  if (missing !== undefined || chains.length === 0) return refuse(`There is no chain ${missing ?? ''} at ${folder}.`)
  if (verb === 'verify') return verify(folder, chains, (values.head ?? []).map(witnessOf))
  if (values.format !== 'balp' && values.format !== 'json') return refuse(USAGE)
  return exportChains(folder, chains, values.format)
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`)
  return 2
}

async function verify(folder: string, chains: readonly string[], witnesses: readonly NamedWitness[]): Promise<number> {
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

async function exportChains(folder: string, chains: readonly string[], format: 'balp' | 'json'): Promise<number> {
  for (const chain of chains) {
    for await (const entry of entriesOf(join(folder, chain))) {
      const line = JSON.stringify(format === 'balp' ? auditEventOf(entry) : entry)
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
    }
  }
  return 0
}

interface NamedWitness extends Witness {
  readonly chain: string
}

function witnessOf(text: string): NamedWitness {
  const found = /^([A-Za-z0-9._-]+):(\d+):([0-9a-f]{64})$/.exec(text)
  if (found === null) throw new AppError('invalid_option', 'A head is CHAIN:SEQ:HASH, as verify prints it.')
  const [, chain = '', seq, hash = ''] = found
  return { chain, seq: Number(seq), hash }
}
