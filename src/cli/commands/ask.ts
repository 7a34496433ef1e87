import { Option, type Command } from 'commander'
import type { AskOptions } from '../ask/options.js'
import { anyNumber, collect, count, ending, subcommand, wholeNumber } from './command.js'

const WHERE = `
Without --server and RADSERVE_URL the model runs in this process. A table is printed on a terminal, elsewhere one line of JSON
for each film. docs/command-line.md tells the exit codes.`

const CLASSIFY = `  radserve classify film.png
  radserve classify films/*.dcm --labels "pleural effusion,pneumothorax" --json | jq .data
  radserve classify film.png --server http://gpu-1:8080 --key-file key.txt
${WHERE}`
const EMBED = `  radserve embed film.png > vectors.ndjson
  radserve embed --text "no pleural effusion"
${WHERE}`
const SEGMENT = `  radserve segment film.png --text "left lung" --text "right lung" --out masks/
  radserve segment film.dcm --text "left lung" --out . --format dicom
${WHERE}`
const GENERATE = `  radserve generate "chest radiograph, pneumonia" --seed 7 --out .
  radserve generate "pleural effusion" --film film.png --strength 0.6
  radserve generate "pleural effusion" --film film.dcm --mask left-base.png --out .
Every picture says in its bytes that it is synthetic.
${WHERE}`
const REPORT = `  radserve report film.png
  radserve report frontal.dcm lateral.dcm --study
A text of a model, never a finding.
${WHERE}`
const BENCH = `  radserve bench film.png --requests 200 --concurrency 8
  radserve bench film.png --task segment --text "left lung" --server http://gpu-1:8080
How much of the bare runtime reaches the wire: \`npm run bench\` in a clone.
${WHERE}`

export function addAskCommands(program: Command): void {
  addFilmCommands(program)
  asking(program, 'generate <prompt>', 'draw synthetic films from words', GENERATE)
    .option('--film <file>', 'change this one')
    .option('--mask <file>', 'only where this picture, of the size of the film, is white')
    .option('--strength <s>', 'how far from the film to go, above 0 to 1', anyNumber)
    .option('--negative <text>', 'what to keep away from')
    .option('--n <n>', 'how many', count)
    .option('--steps <n>', 'of the sampler', count)
    .option('--guidance <g>', 'how closely to follow the words', anyNumber)
    .option('--seed <n>', 'the same seed, the same picture', wholeNumber)
    .option('--size <size>', 'WIDTHxHEIGHT')
    .option('--out <folder>', 'where the pictures go', '.')
    .option('--force', 'write over what is there')
    .action((prompt: string, options: AskOptions, command: Command) => {
      const { film, mask, strength } = options
      if (film === undefined && (mask !== undefined || strength !== undefined))
        command.error('error: --mask and --strength take a --film to change')
      return ask('generate', [prompt], options)
    })
  asking(program, 'report <films...>', 'write the text of a report', REPORT)
    .option('--study', 'the films are of one study, and get one report')
    .option('--max-tokens <n>', 'longest text', count)
    .option('--beam <n>', 'texts that are followed at a time', count)
    .action((films: string[], options: AskOptions) => ask('report', films, options))
  asking(program, 'bench <film>', 'answers in a second, and how long they take', BENCH)
    .option('--task <task>', 'classify, embed or segment', 'classify')
    .option('--requests <n>', 'how many', count, 100)
    .option('--text <text>', 'of segment')
    .action((film: string, options: AskOptions) => ask('bench', [film], options))
}

function addFilmCommands(program: Command): void {
  asking(program, 'classify <films...>', 'score labels', CLASSIFY)
    .option('--labels <list>', 'your own, comma-separated')
    .option('--label-set <name>', 'a set of the model')
    .option('--top <n>', 'labels that the table shows of each film', count, 5)
    .action((films: string[], options: AskOptions) => ask('classify', films, options))
  asking(program, 'embed [films...]', 'vectors of films and texts', EMBED)
    .option('--text <text>', 'a text beside the films; as often as wanted', collect)
    .option('--dimensions <n>', 'the first so many numbers of each vector', count)
    .action((films: string[], options: AskOptions) => ask('embed', films, options))
  asking(program, 'segment <films...>', 'outline what a text names', SEGMENT)
    .requiredOption('--text <text>', 'what to outline; as often as wanted', collect)
    .option('--threshold <t>', 'of the probability, 0 to 1', anyNumber)
    .option('--out <folder>', 'write a picture of each film there')
    .addOption(
      new Option('--format <format>', 'of what is written; left out, overlay').choices(['overlay', 'mask', 'dicom']),
    )
    .option('--force', 'write over what is there')
    .action((films: string[], options: AskOptions, command: Command) => {
      if (options.format !== undefined && options.out === undefined)
        command.error('error: --format takes an --out to write to')
      return ask('segment', films, options)
    })
}

function asking(program: Command, usage: string, description: string, examples: string): Command {
  return subcommand(program, usage, description, examples)
    .option('--server <url>', 'a running service; left out, RADSERVE_URL')
    .option('--key-file <file>', 'its key; left out, RADSERVE_API_KEY')
    .option('--model <name>', 'NAME or NAME@VERSION; left out, the default of the task')
    .option('--json', 'one line of JSON for each film, also on a terminal')
    .option('--table', 'a table, also where nobody looks')
    .option('--concurrency <n>', 'films that are on their way at a time', count, 4)
    .option('--timeout <seconds>', 'longest time for one film', anyNumber)
}

async function ask(task: string, subjects: readonly string[], options: AskOptions): Promise<void> {
  const { runAsk } = await import('../ask/ask.js')
  await ending(runAsk(task, subjects, options))
}
