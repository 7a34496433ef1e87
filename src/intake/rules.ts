import type { FilmHeader } from './film-header.js'
import { isMatch } from './glob.js'
import type { Rule, TaskSettings, When } from './settings.js'

/** How a film came. */
export interface Arrival {
  readonly source: 'cstore' | 'stow'
  readonly calledAe?: string
  readonly callingAe?: string
}

/** Names of the rules that a film meets, in the order of the rules. */
export function rulesOf(header: FilmHeader, arrival: Arrival, rules: readonly Rule[]): string[] {
  return rules.filter(({ when }) => meets(header, arrival, when)).map(({ name }) => name)
}

function meets({ says }: FilmHeader, { source, calledAe, callingAe }: Arrival, when: When): boolean {
  const { description } = when
  return (
    (when.source === undefined || when.source === source) &&
    fits(when.calledAe, calledAe) &&
    fits(when.callingAe, callingAe) &&
    fits(when.modality, says.modality) &&
    fits(when.bodyPart, says.bodyPart) &&
    fits(when.view, says.view) &&
    (description === undefined || says.descriptions.some((text) => fits(description, text)))
  )
}

/** What is not said is an empty text, which only stars fit. */
function fits(patterns: string | readonly string[] | undefined, text = ''): boolean {
  return patterns === undefined || [patterns].flat().some((pattern) => isMatch(pattern, text))
}

export interface PlannedTask {
  readonly rule: string
  readonly settings: TaskSettings
  readonly isShadow: boolean
  /** Id of the film, or of the study. */
  readonly subject: string
  readonly films: readonly string[]
}

export interface MatchedFilm {
  readonly id: string
  readonly rules: readonly string[]
}

/** What is to be done about a study: each task of each rule once for every film that meets it, or once for all of them. */
export function planTasks(study: string, films: readonly MatchedFilm[], rules: readonly Rule[]): PlannedTask[] {
  return rules.flatMap(({ name, tasks, shadow }) => {
    const matched = films.filter((film) => film.rules.includes(name)).map(({ id }) => id)
    if (matched.length === 0) return []
    return tasks.flatMap((settings): PlannedTask[] => {
      const task = { rule: name, settings, isShadow: shadow }
      if (settings.of === 'study') return [{ ...task, subject: study, films: matched }]
      return matched.map((id) => ({ ...task, subject: id, films: [id] }))
    })
  })
}
