import type { Command } from 'commander'
import { AppError } from '../errors.js'

/** What can stand behind the words so far, by the path of commands: `models`, `models add`. */
type Words = ReadonlyMap<string, readonly string[]>

const SHELLS: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish }

/** A script for a shell, made from the commands themselves. Where neither command nor option fits, files are offered. */
export function completionScript(program: Command, shell: string): string {
  const write = Object.entries(SHELLS).find(([name]) => name === shell)?.[1]
  if (write === undefined) throw new AppError('invalid_option', 'Completion is there for bash, zsh and fish.')
  return write(new Map(wordsOf(program, '')))
}

function wordsOf(command: Command, path: string): [string, string[]][] {
  const options = command.options.flatMap(({ long }) => long ?? [])
  const own: [string, string[]] = [path, [...command.commands.map((each) => each.name()), ...options, '--help']]
  return [own, ...command.commands.flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()))]
}

/** Finds the longest path of commands among the words that stand already. */
function bash(words: Words): string {
  const cases = [...words].map(([path, all]) => `    '${path}') words='${all.join(' ')}' ;;`)
  const paths = [...words.keys()].filter(Boolean).map((path) => `'${path}'`)
  return `_radserve() {
  local word path='' words='' known
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    for known in ${paths.join(' ')}; do
      if [ "\${path:+$path }$word" = "$known" ]; then path=$known; break; fi
    done
  done
  case "$path" in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _radserve radserve
`
}

function zsh(words: Words): string {
  const cases = [...words].map(([path, all]) => `    '${path}') offered=(${all.join(' ')}) ;;`)
  const paths = [...words.keys()].filter(Boolean).map((path) => `'${path}'`)
  return `#compdef radserve
_radserve() {
  local word path_='' known
  local -a offered
  for word in "\${words[@]:1:$((CURRENT-2))}"; do
    for known in ${paths.join(' ')}; do
      if [[ "\${path_:+$path_ }$word" == "$known" ]]; then path_=$known; break; fi
    done
  done
  case "$path_" in
${cases.join('\n')}
  esac
  compadd -- "\${offered[@]}"
  _files
}
compdef _radserve radserve
`
}

function fish(words: Words): string {
  const lines = [...words].flatMap(([path, all]) => {
    const steps = path === '' ? [] : path.split(' ')
    const seen = steps.map((step) => `__fish_seen_subcommand_from ${step}`)
    const deeper = all.filter((word) => !word.startsWith('--'))
    const notDeeper = deeper.length === 0 ? [] : [`not __fish_seen_subcommand_from ${deeper.join(' ')}`]
    const when = [...seen, ...notDeeper].join('; and ') || 'true'
    return all.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c radserve -n '${when}' ${what}`
    })
  })
  return `${lines.join('\n')}\n`
}
