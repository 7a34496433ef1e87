import { InvalidArgumentError, type Command } from 'commander'
import type { CommonOptions, TaskOptions } from '../evaluate.js'
import { commandGroup, count, ending, subcommand, wholeNumber } from './command.js'

const COLUMNS = 'The columns of the files: docs/evaluation.md.'
const SEGMENTATION = `  radserve eval segmentation lvit-lung --manifest films.csv`
const CLASSIFICATION = `  radserve eval classification cxr-align --manifest films.csv --label-set cxr-basic
  radserve eval classification cxr-align --manifest films.csv --json > report.json`
const RETRIEVAL = '  radserve eval retrieval cxr-align --queries queries.csv --candidates candidates.csv --k 5,10,50'
const REPORT = '  radserve eval report refers-mini --manifest studies.csv --out figures.json'

export function addEvaluateCommands(program: Command): void {
  const examples = `${SEGMENTATION}\n${CLASSIFICATION}\n${COLUMNS}`
  const evaluate = commandGroup(program, 'eval', 'figures with intervals, on films of your own', examples)
  task(evaluate, 'segmentation', 'Dice and IoU', SEGMENTATION).requiredOption(
    '--manifest <csv>',
    'films, masks and texts',
  )
  task(evaluate, 'classification', 'AUROC and more', CLASSIFICATION)
    .requiredOption('--manifest <csv>', 'films and labels')
    .option('--label-set <name>', 'a set of the model; left out, its default')
    .option('--labels <list>', 'comma-separated')
    .option('--prompts <file>', 'texts by label, JSON')
  task(evaluate, 'retrieval', 'P@k', RETRIEVAL)
    .requiredOption('--queries <csv>', 'what is asked')
    .requiredOption('--candidates <csv>', 'what is found')
    .option('--k <list>', 'depths, comma-separated', depths, [5, 10, 50])
    .option('--exclude-group', 'leave out candidates of the group of the query')
  task(evaluate, 'report', 'label F1 and overlap of words', REPORT).requiredOption(
    '--manifest <csv>',
    'studies and reports',
  )
}

function task(parent: Command, name: keyof TaskOptions, description: string, examples: string): Command {
  return subcommand(parent, `${name} [model]`, description, `${examples}\n${COLUMNS}`)
    .option('--model <name>', 'the same as the argument')
    .option('--root <folder>', 'what the paths in the files are relative to; left out, the folder of each')
    .option('--json', 'JSON in place of the table')
    .option('--out <file>', 'write the JSON there')
    .option('--resamples <n>', 'of the bootstrap', count, 2000)
    .option('--seed <n>', 'of the bootstrap', wholeNumber, 0)
    .action(
      async (
        argument: string | undefined,
        options: TaskOptions[keyof TaskOptions] & CommonOptions & { model?: string },
        command: Command,
      ) => {
        const model = argument ?? options.model
        if (model === undefined) return command.error("error: missing required argument 'model'")
        const { runEvaluate } = await import('../evaluate.js')
        await ending(runEvaluate(name, model, options))
      },
    )
}

function depths(text: string): number[] {
  try {
    return text.split(',').map(count)
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause
    throw new InvalidArgumentError('It takes whole numbers of 1 or more, comma-separated.')
  }
}
