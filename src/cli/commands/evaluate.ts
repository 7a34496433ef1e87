import type { Command } from 'commander'
import { ending, subcommand } from './command.js'
import { afterCommand } from './models.js'

const EXAMPLES = `  radserve eval segmentation lvit-lung --manifest films.csv
  radserve eval classification cxr-align --manifest films.csv --json > report.json
The columns of the files: docs/evaluation.md.`

export function addEvaluateCommands(program: Command, args: readonly string[]): void {
  const evaluate = subcommand(program, 'eval', 'figures with intervals, on films of your own', EXAMPLES)
  const run = async (): Promise<void> => {
    const { runEvaluate } = await import('../evaluate.js')
    await ending(runEvaluate(afterCommand(args, 'eval')))
  }
  const task = (name: string, description: string): Command =>
    subcommand(evaluate, `${name} [model]`, description)
      .option('--model <name>', 'the same as the argument')
      .option('--root <folder>', 'what the paths in the files are relative to')
      .option('--json', 'JSON in place of the table')
      .option('--out <file>', 'write the JSON there')
      .option('--resamples <n>', 'of the bootstrap')
      .option('--seed <n>', 'of the bootstrap')
      .action(run)
  task('segmentation', 'Dice and IoU').option('--manifest <csv>', 'films, masks and texts')
  task('classification', 'AUROC and more')
    .option('--manifest <csv>', 'films and labels')
    .option('--label-set <name>', 'a set of the model')
    .option('--labels <list>', 'comma-separated')
    .option('--prompts <file>', 'texts by label, JSON')
  task('retrieval', 'P@k')
    .option('--queries <csv>', 'what is asked')
    .option('--candidates <csv>', 'what is found')
    .option('--k <list>', 'depths, comma-separated')
    .option('--exclude-group', 'leave out candidates of the group of the query')
  task('report', 'label F1 and overlap of words').option('--manifest <csv>', 'studies and reports')
}
