import { Option, type Command } from 'commander'
import type { VariantOptions } from '../models-variant.js'
import { anyNumber, commandGroup, ending, subcommand } from './command.js'

const MODELS = `  radserve models list
  radserve models verify cxr-align
  radserve models add ./my-pack.tar.gz`
const ADD = `  radserve models add my-pack/1.0.0
  radserve models add https://example.org/my-pack.tar.gz
Digests and goldens must come out; a version that is there is never written over.`
const IMPORT = `  radserve models import --list
  radserve models import chexzero --help
  radserve models import chexzero checkpoint.pt
What stands behind SYSTEM is the importer's own, in Python: model-store/import/README.md.`
const VARIANT = `  radserve models variant cxr-align --precision fp16
  radserve models variant cxr-align --precision int8 --components image_encoder --calibrate films/`
const ALIAS = `  radserve models alias production cxr-align@1.0.0
  radserve models alias production                     it is no alias any more`

export function addModelCommands(program: Command): void {
  const models = commandGroup(program, 'models', 'what is in the store, MODEL_STORE', MODELS)
  addLookers(models)
  subcommand(models, 'add <source>', 'a folder, a .tar(.gz) file or an https URL of one', ADD).action(
    async (source: string) => {
      const { addModel } = await import('../models.js')
      await ending(addModel(source))
    },
  )
  addMakers(models)
  subcommand(models, 'remove <name@version>', 'take one version away', '  radserve models remove my-pack@1.0.0').action(
    async (reference: string) => {
      const { removeModel } = await import('../models.js')
      await ending(removeModel(reference))
    },
  )
  subcommand(models, 'alias <alias> [name@version]', 'point an alias at a version, or take it away', ALIAS).action(
    async (alias: string, target: string | undefined) => {
      const { setAlias } = await import('../models.js')
      await ending(setAlias(alias, target))
    },
  )
}

function addLookers(models: Command): void {
  subcommand(models, 'list', 'names, versions and aliases', '  radserve models list').action(async () => {
    const { listModels } = await import('../models.js')
    await ending(listModels())
  })
  subcommand(models, 'show <name>', "one model's card", '  radserve models show cxr-align@1.0.0 | jq .license').action(
    async (reference: string) => {
      const { showModel } = await import('../models.js')
      await ending(showModel(reference))
    },
  )
  const examples = '  radserve models verify\n  radserve models verify cxr-align lvit-lung@1.2.0'
  subcommand(models, 'verify [names...]', 'digests and goldens, of every pack when none is named', examples).action(
    async (references: string[]) => {
      const { verifyModels } = await import('../models.js')
      await ending(verifyModels(references))
    },
  )
}

/** Those that take Python. */
function addMakers(models: Command): void {
  subcommand(models, 'import [system] [checkpoint] [options...]', 'a published checkpoint, through Python', IMPORT)
    .option('--list', 'the systems')
    .passThroughOptions()
    .action(
      async (
        system: string | undefined,
        checkpoint: string | undefined,
        options: readonly string[],
        { list }: { list?: true },
        command: Command,
      ) => {
        const { askImporters, importModel } = await import('../models-import.js')
        const rest = options.filter((argument) => argument !== '--verbose')
        if (list === true) return ending(askImporters(['--list']))
        if (system === undefined || checkpoint === undefined)
          return command.error("error: missing required arguments 'system' and 'checkpoint'")
        const isHelp = [checkpoint, ...rest].includes('--help')
        await ending(isHelp ? askImporters([system, checkpoint, ...rest]) : importModel(system, checkpoint, rest))
      },
    )
  subcommand(models, 'variant <name>', 'the same pack in a lower precision, if its goldens allow it', VARIANT)
    .addOption(new Option('--precision <precision>', 'of the graphs').choices(['fp16', 'int8']).makeOptionMandatory())
    .option('--components <roles>', 'of these components alone, comma-separated')
    .option('--calibrate <folder>', 'films to calibrate with')
    .option('--tolerance <t>', 'that its goldens get', anyNumber)
    .action(async (reference: string, options: VariantOptions) => {
      const { makeVariant } = await import('../models-variant.js')
      await ending(makeVariant(reference, options))
    })
}
