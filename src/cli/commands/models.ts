import type { Command } from 'commander'
import { ending, subcommand } from './command.js'

const EXAMPLES = `  radserve models list
  radserve models verify cxr-align
  radserve models add ./my-pack.tar.gz
  radserve models import chexzero checkpoint.pt        Python: model-store/import/README.md
  radserve models alias production cxr-align@1.0.0`

/** Packs are read by their own module, which takes what stands behind `models` as it is. */
export function addModelCommands(program: Command, args: readonly string[]): void {
  const models = subcommand(program, 'models', 'what is in the store, MODEL_STORE', EXAMPLES)
  const run = async (): Promise<void> => {
    const { runModels } = await import('../models.js')
    await ending(runModels(afterCommand(args, 'models')))
  }
  subcommand(models, 'list', 'names, versions and aliases').action(run)
  subcommand(models, 'show <name>', "one model's card").action(run)
  subcommand(models, 'verify [names...]', 'digests and goldens, of every pack when none is named').action(run)
  subcommand(models, 'add <source>', 'a folder, a .tar(.gz) file or an https URL of one').action(run)
  subcommand(models, 'import [arguments...]', 'a published checkpoint, through Python: SYSTEM CHECKPOINT, or --list')
    .allowUnknownOption()
    .helpOption(false)
    .action(run)
  subcommand(models, 'variant <name>', 'the same pack in a lower precision, if its goldens allow it')
    .requiredOption('--precision <precision>', 'fp16 or int8')
    .option('--components <roles>', 'of these components alone, comma-separated')
    .option('--calibrate <folder>', 'films to calibrate with')
    .option('--tolerance <t>', 'that its goldens get')
    .action(run)
  subcommand(models, 'remove <name@version>', 'take one version away').action(run)
  subcommand(models, 'alias <alias> [name@version]', 'point an alias at a version, or take it away').action(run)
}

/** The arguments behind a command, which its module reads itself; `--verbose` is the program's. */
export function afterCommand(args: readonly string[], name: string): string[] {
  return args.slice(args.indexOf(name) + 1).filter((argument) => argument !== '--verbose')
}
