import { InvalidArgumentError, Option, type Command } from 'commander'

/** Adds a command whose mistakes end as those of the program do, with examples below its help. */
export function subcommand(parent: Command, usage: string, description: string, examples = ''): Command {
  const command = parent.command(usage).description(description).copyInheritedSettings(parent)
  command.addOption(new Option('--verbose').hideHelp())
  if (examples !== '') command.addHelpText('after', `\nExamples:\n${examples}`)
  return command
}

/** The exit code of a command that tells it; what throws is told by the program. */
export async function ending(code: Promise<number>): Promise<void> {
  process.exitCode = await code
}

/** Of an option. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It takes a whole number.')
}

export function anyNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('It takes a number.')
}

/** Of an option that can be given more than once. */
export function collect(text: string, all: readonly string[] = []): string[] {
  return [...all, text]
}
