import type { Command } from 'commander'
import type { IndexAddOptions } from '../index-add.js'
import { commandGroup, ending, subcommand } from './command.js'

const ADD = `  radserve index add films/ --index films --create
  radserve index add films/ --index films --key-file key.txt --metadata films.csv
Run again it goes on where it was. Indexes and their metadata: docs/retrieval.md.`

export function addIndexCommands(program: Command): void {
  const index = commandGroup(program, 'index', 'films that can be searched, in a running service', ADD)
  subcommand(index, 'add <folder>', 'films into an index; run again it goes on where it was', ADD)
    .requiredOption('--index <name>', 'which')
    .option('--url <url>', 'where the service is; left out, RADSERVE_URL, or http://127.0.0.1:8080')
    .option('--key-file <file>', 'a key of indexes:read and indexes:write; left out, RADSERVE_API_KEY')
    .option('--create', 'make the index where it is not there')
    .option('--model <name>', 'of an index that is made')
    .option('--metadata <csv>', 'of the films')
    .action(async (folder: string, options: IndexAddOptions) => {
      const { addToIndex } = await import('../index-add.js')
      await ending(addToIndex(folder, options))
    })
}
