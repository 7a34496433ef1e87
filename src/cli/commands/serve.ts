import type { Command } from 'commander'
import { ending, subcommand } from './command.js'

const EXAMPLES = `  radserve serve
  PORT=9000 DEVICE=cuda radserve serve
  radserve serve --config radserve.yaml`

export function addServeCommand(program: Command): void {
  subcommand(program, 'serve', 'serve over HTTP until SIGTERM or Ctrl-C', EXAMPLES)
    .option('--config <file>', 'a YAML file of keys; the environment wins over it')
    .action(async ({ config }: { config?: string }) => {
      const { runServe } = await import('../serve.js')
      await ending(runServe(config))
    })
}
