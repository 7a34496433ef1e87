import { Command } from 'commander'
import { addAskCommands } from './commands/ask.js'
import { addAuditCommands } from './commands/audit.js'
import { addCareCommands } from './commands/care.js'
import { addEvaluateCommands } from './commands/evaluate.js'
import { addIndexCommands } from './commands/index-films.js'
import { addKeyCommands } from './commands/keys.js'
import { addModelCommands } from './commands/models.js'
import { addServeCommand } from './commands/serve.js'

const EXAMPLES = `
Examples:
  radserve serve                                        a service on http://127.0.0.1:8080
  radserve classify film.dcm                            scores of the default labels, without a service
  radserve segment film.png --text "left lung" --out .  the contour, as a picture beside
  radserve generate "chest radiograph, pneumonia" --seed 7
  radserve doctor                                       what this machine has, and what to do about it

Research use only: nothing here is for diagnosis. Every key of the configuration: \`radserve config\`.`

/** Every command with its options and examples. */
export function createProgram(): Command {
  const program = new Command('radserve')
    .description('Chest-radiograph vision-language models: served, asked, evaluated.')
    .option('-V, --version', 'the version')
    .option('--verbose', 'a stack where something goes wrong')
    .showSuggestionAfterError()
    .showHelpAfterError('`radserve --help` tells more; so does --help behind any command.')
    .addHelpText('after', EXAMPLES)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${argumentsOf(command)}`.trim() })
    // `models import` has options of its own, --version among them.
    .enablePositionalOptions()
    .exitOverride()
  addServeCommand(program)
  addAskCommands(program)
  addModelCommands(program)
  addEvaluateCommands(program)
  addIndexCommands(program)
  addKeyCommands(program)
  addAuditCommands(program)
  addCareCommands(program)
  return program
}

/** What stands behind the name; that options can is said in the help of the command itself. */
function argumentsOf(command: Command): string {
  return command.usage().replace('[options]', '').replace('[command]', '…').trim()
}
