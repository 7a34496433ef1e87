/** What a text says of each finding, by the pack's own phrases. */
import type { Generation } from './spec.js'

export const FINDING_STATES = ['present', 'absent', 'not_mentioned'] as const
export type FindingState = (typeof FINDING_STATES)[number]

export interface StructuredFinding {
  readonly label: string
  /** What is not mentioned is not absent. */
  readonly state: FindingState
  /** The pack's phrase that was found. */
  readonly phrase?: string
  /** The text says both; it counts as present. */
  readonly isContradicted: boolean
}

type Findings = NonNullable<Generation['findings']>

/** In the order of the pack. A phrase of presence inside one of absence ("no effusion") says nothing. */
export function readFindings(findings: Findings, text: string): StructuredFinding[] {
  const sentences = sentencesOf(text)
  return Object.entries(findings).map(([label, phrases]) => {
    const absent = placesIn(sentences, phrases.absent)
    const present = placesIn(sentences, phrases.present).filter(
      (place) => !absent.some((other) => isInside(place, other)),
    )
    const found = present[0] ?? absent[0]
    return {
      label,
      state: present.length > 0 ? 'present' : absent.length > 0 ? 'absent' : 'not_mentioned',
      ...(found && { phrase: found.phrase }),
      isContradicted: present.length > 0 && absent.length > 0,
    }
  })
}

/** The first of these phrases that a text holds. */
export function firstPhrase(phrases: readonly string[], text: string): string | undefined {
  return placesIn(sentencesOf(text), phrases)[0]?.phrase
}

interface PhrasePlace {
  readonly phrase: string
  readonly sentence: number
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

function placesIn(sentences: readonly (readonly string[])[], phrases: readonly string[]): PhrasePlace[] {
  return phrases.flatMap((phrase) => {
    const words = wordsOf(phrase)
    return sentences.flatMap((sentence, index) =>
      sentence.flatMap((_, from) => {
        const isHere = words.length > 0 && words.every((word, at) => sentence[from + at] === word)
        return isHere ? [{ phrase, sentence: index, from, to: from + words.length }] : []
      }),
    )
  })
}

function isInside(inner: PhrasePlace, outer: PhrasePlace): boolean {
  return inner.sentence === outer.sentence && inner.from >= outer.from && inner.to <= outer.to
}

/** A period inside a number ends no sentence. */
function sentencesOf(text: string): string[][] {
  return text
    .split(/[.!?;\n](?=\s|$)/)
    .map(wordsOf)
    .filter((words) => words.length > 0)
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
