import type { Command } from 'commander'
import { commandGroup, ending, subcommand } from './command.js'

const INTAKE_EXAMPLES = `  radserve intake check hospital.yaml
What stands in the file: docs/hospital.md.`
const DOCTOR_EXAMPLES = `  radserve doctor
  DEVICE=cuda radserve doctor --json
It ends with 1 where something keeps the service from serving.`
const COMPLETION_EXAMPLES = `  source <(radserve completion bash)                   in ~/.bashrc
  radserve completion zsh > "\${fpath[1]}/_radserve"
  radserve completion fish > ~/.config/fish/completions/radserve.fish`

/** What is looked at before a service is started. */
export function addCareCommands(program: Command): void {
  const intake = commandGroup(program, 'intake', 'films that a hospital sends', INTAKE_EXAMPLES)
  subcommand(intake, 'check <file>', 'whether a file fits HOSPITAL_CONFIG: 0, or every mistake and 1', INTAKE_EXAMPLES)
    .option('--config <file>', 'a YAML file of keys, as `serve` takes it')
    .action(async (file: string, { config }: { config?: string }) => {
      const { checkIntake } = await import('../intake.js')
      await ending(checkIntake(file, config))
    })
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
