import { InvalidArgumentError, Option, type Command } from 'commander'
import type { NamedWitness } from '../audit.js'
import { commandGroup, ending, subcommand } from './command.js'

const VERIFY = `  radserve audit verify
  radserve audit verify --head node-1:4711:9f3c…
It ends with 0 where every chain is whole, with 1 where one is broken, and with 2 where there is nothing to look at.`
const EXPORT = `  radserve audit export > audit.ndjson
  radserve audit export node-1 --format json`

export function addAuditCommands(program: Command): void {
  const audit = commandGroup(program, 'audit', 'the audit log', `${EXPORT}\n${VERIFY}`)
  subcommand(audit, 'verify [chains...]', 'whether chains are whole; all of them when none is named', VERIFY)
    .option('--dir <folder>', 'where the log is; left out, in DATA_DIR')
    .option('--head <head>', 'CHAIN:SEQ:HASH that was kept elsewhere; as often as wanted', addHead)
    .action(async (chains: string[], { dir, head = [] }: { dir?: string; head?: readonly NamedWitness[] }) => {
      const { verifyAudit } = await import('../audit.js')
      await ending(verifyAudit(chains, head, dir))
    })
  subcommand(audit, 'export [chains...]', 'one entry a line', EXPORT)
    .option('--dir <folder>', 'where the log is; left out, in DATA_DIR')
    .addOption(
      new Option('--format <format>', 'FHIR AuditEvents of IHE BALP, or the log as it is')
        .choices(['balp', 'json'])
        .default('balp'),
    )
    .action(async (chains: string[], { dir, format }: { dir?: string; format: 'balp' | 'json' }) => {
      const { exportAudit } = await import('../audit.js')
      await ending(exportAudit(chains, format, dir))
    })
}

function addHead(text: string, all: readonly NamedWitness[] = []): NamedWitness[] {
  const found = /^([A-Za-z0-9._-]+):(\d+):([0-9a-f]{64})$/.exec(text)
  if (found === null) throw new InvalidArgumentError('A head is CHAIN:SEQ:HASH, as verify prints it.')
  const [, chain = '', seq, hash = ''] = found
  return [...all, { chain, seq: Number(seq), hash }]
}
