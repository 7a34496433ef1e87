import type { Command } from 'commander'
import type { KeyOptions } from '../keys.js'
import { commandGroup, ending, subcommand } from './command.js'

const CREATE = `  API_KEYS_FILE=keys.json radserve keys create pacs --scopes segmentations,jobs
  radserve keys create monitor --scopes metrics --expires 2027-01-31T00:00:00Z > monitor.key
Scopes and how to rotate: docs/security.md.`
const LIST = '  API_KEYS_FILE=keys.json radserve keys list'
const REVOKE = `  radserve keys list
  radserve keys revoke Zk3v_9aQx0Lm`

export function addKeyCommands(program: Command): void {
  const keys = commandGroup(program, 'keys', 'API keys, in API_KEYS_FILE', `${LIST}\n${CREATE}`)
  subcommand(keys, 'create <name>', 'print a new key, once', CREATE)
    .requiredOption('--scopes <list>', 'what it allows, comma-separated')
    .option('--expires <time>', 'such as 2027-01-31T00:00:00Z; left out, never')
    .action(async (name: string, options: KeyOptions) => {
      const { createApiKey } = await import('../keys.js')
      await ending(createApiKey(name, options))
    })
  subcommand(keys, 'list', 'ids, names and scopes', LIST).action(async () => {
    const { listApiKeys } = await import('../keys.js')
    await ending(listApiKeys())
  })
  subcommand(keys, 'revoke <id>', 'take one back; a running service knows within a second', REVOKE)
    // One id in 64 begins as an option does.
    .allowUnknownOption()
    .action(async (id: string) => {
      const { revokeApiKey } = await import('../keys.js')
      await ending(revokeApiKey(id))
    })
}
