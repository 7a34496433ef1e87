import type { Command } from 'commander'
import { collect, ending, subcommand } from './command.js'
import { afterCommand } from './models.js'

const INDEX_EXAMPLES = `  radserve index add films/ --index films --create
  radserve index add films/ --index films --key-file key.txt --metadata films.csv`
const KEY_EXAMPLES = `  API_KEYS_FILE=keys.json radserve keys create pacs --scopes segmentations,jobs --expires 2027-01-31T00:00:00Z
  radserve keys list
Scopes and how to rotate: docs/security.md.`
const AUDIT_EXAMPLES = `  radserve audit verify --head node-1:4711:9f3c…
  radserve audit export --format balp > audit.ndjson`
const INTAKE_EXAMPLES = `  radserve intake check hospital.yaml
What stands in the file: docs/hospital.md.`
const DOCTOR_EXAMPLES = `  radserve doctor
  DEVICE=cuda radserve doctor --json
It ends with 1 where something keeps the service from serving.`
const COMPLETION_EXAMPLES = `  source <(radserve completion bash)                   in ~/.bashrc
  radserve completion zsh > "\${fpath[1]}/_radserve"
  radserve completion fish > ~/.config/fish/completions/radserve.fish`

/** What keeps a service going, beside its models. */
export function addCareCommands(program: Command, args: readonly string[]): void {
  addIndex(program, args)
  addKeys(program, args)
  addAudit(program, args)
  addIntake(program, args)
  subcommand(program, 'config', 'every key of the configuration with its default and meaning').action(async () => {
    const { printConfig } = await import('../config.js')
    process.exitCode = printConfig()
  })
  subcommand(program, 'doctor', 'what this machine has, what it lacks, and what to do about it', DOCTOR_EXAMPLES)
    .option('--config <file>', 'a YAML file of keys, as `serve` takes it')
    .option('--json', 'JSON in place of the table')
    .action(async (options: { config?: string; json?: boolean }) => {
      const { runDoctor } = await import('../doctor/doctor.js')
      await ending(runDoctor(options))
    })
  subcommand(program, 'completion <shell>', 'a script that completes commands and options', COMPLETION_EXAMPLES).action(
    async (shell: string) => {
      const { completionScript } = await import('../completion.js')
      process.stdout.write(completionScript(program, shell))
    },
  )
}

function addIndex(program: Command, args: readonly string[]): void {
  const index = subcommand(program, 'index', 'films that can be searched, in a running service', INDEX_EXAMPLES)
  subcommand(index, 'add <folder>', 'films into an index; run again it goes on where it was', INDEX_EXAMPLES)
    .requiredOption('--index <name>', 'which')
    .option('--url <url>', 'where the service is (RADSERVE_URL, or this machine)')
    .option('--key-file <file>', 'a key of indexes:read and indexes:write')
    .option('--create', 'make the index where it is not there')
    .option('--model <name>', 'of an index that is made')
    .option('--metadata <csv>', 'of the films')
    .action(async () => {
      const { runIndex } = await import('../index-add.js')
      await ending(runIndex(afterCommand(args, 'index')))
    })
}

function addKeys(program: Command, args: readonly string[]): void {
  const keys = subcommand(program, 'keys', 'API keys, in API_KEYS_FILE', KEY_EXAMPLES)
  const run = async (): Promise<void> => {
    const { runKeys } = await import('../keys.js')
    await ending(runKeys(afterCommand(args, 'keys')))
  }
  subcommand(keys, 'create <name>', 'print a new key, once')
    .requiredOption('--scopes <list>', 'what it allows, comma-separated')
    .option('--expires <time>', 'such as 2027-01-31T00:00:00Z')
    .action(run)
  subcommand(keys, 'list', 'ids, names and scopes').action(run)
  subcommand(keys, 'revoke <id>', 'take one back').action(run)
}

function addAudit(program: Command, args: readonly string[]): void {
  const audit = subcommand(program, 'audit', 'the audit log', AUDIT_EXAMPLES)
  const run = async (): Promise<void> => {
    const { runAudit } = await import('../audit.js')
    await ending(runAudit(afterCommand(args, 'audit')))
  }
  subcommand(audit, 'verify [chains...]', '0: it is whole, 1: it is broken, 2: there is none')
    .option('--dir <folder>', 'where it is')
    .option('--head <head>', 'CHAIN:SEQ:HASH that was kept elsewhere; as often as wanted', collect)
    .action(run)
  subcommand(audit, 'export [chains...]', 'one entry a line')
    .option('--format <format>', 'balp (FHIR AuditEvents) or json')
    .option('--dir <folder>', 'where it is')
    .action(run)
}

function addIntake(program: Command, args: readonly string[]): void {
  const intake = subcommand(program, 'intake', 'films that a hospital sends', INTAKE_EXAMPLES)
  subcommand(intake, 'check <file>', 'whether a file fits HOSPITAL_CONFIG: 0, or every mistake and 1', INTAKE_EXAMPLES)
    .option('--config <file>', 'a YAML file of keys, as `serve` takes it')
    .action(async () => {
      const { runIntake } = await import('../intake.js')
      await ending(runIntake(afterCommand(args, 'intake')))
    })
}
