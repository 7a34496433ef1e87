import { InvalidArgumentError, Option, type Command } from 'commander'

/** Adds a command with examples below its help. A mistake in its arguments is told with its usage, and ends as the program's do. */
export function subcommand(parent: Command, usage: string, description: string, examples = ''): Command {
  const command = parent.command(usage).description(description).addOption(new Option('--verbose').hideHelp())
  if (examples !== '') command.addHelpText('after', `\nExamples:\n${examples}`)
  return command.showHelpAfterError(`Usage: ${pathOf(parent)} ${usage} …; --help behind the command tells more.`)
}

/** Adds a command that does nothing by itself: what it is about is done by its own commands. */
export function commandGroup(parent: Command, name: string, description: string, examples: string): Command {
  const group = subcommand(parent, name, description, examples)
  return group.showHelpAfterError(`\`${pathOf(group)} --help\` tells its commands.`)
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
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

/** Of an option that says how many. */
export function count(text: string): number {
  const value = wholeNumber(text)
  if (value > 0) return value
  throw new InvalidArgumentError('It takes a whole number of 1 or more.')
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
