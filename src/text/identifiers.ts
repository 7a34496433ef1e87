/**
 * Whether a text looks like it names a person or carries an identifier of one: the kinds that HIPAA's Safe Harbor method
 * (45 CFR 164.514(b)(2)) lists and that turn up in reports. It is a look, not a proof: an uncommon name without a cue
 * passes, and the eponyms of radiology must.
 */
import { EPONYM_NOUNS, folded, GIVEN_NAMES, PLAIN_WORDS, SURNAMES } from './person-names.js'

export const IDENTIFIER_KINDS = ['name', 'date', 'record_number', 'phone_number', 'email_address'] as const
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number]

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'

/** Bounded and without a choice of ways, so that no text makes them slow. */
const PATTERNS: Readonly<Record<Exclude<IdentifierKind, 'name'>, readonly RegExp[]>> = {
  date: [
    /\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b/,
    /\b(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\b/,
    new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?[\\s-](?:of )?${MONTH}[\\s.,-]{1,2}(?:19|20)?\\d\\d\\b`, 'i'),
    new RegExp(`\\b${MONTH}\\.?\\s\\d{1,2}(?:st|nd|rd|th)?,?\\s(?:19|20)\\d\\d\\b`, 'i'),
    /\b(?:dob|d\.o\.b|date of birth|birth ?date)\b[^\p{L}\d]{0,4}\d/iu,
    /\bborn (?:on |in )?(?:the )?(?:\d{1,2}[./-]\d|(?:19|20)\d\d\b)/i,
  ],
  record_number: [
    /\b(?:mrn|medical record|patient (?:id|no|number|identifier)|accession|hospital (?:no|number)|nhs|ssn|social security|insurance (?:no|number))\b[^\d]{0,16}\d{3}/i,
    /\b\d{3}-\d{2}-\d{4}\b/,
    /\d{7}/,
    /\b[a-z]{1,3}\d{6}/i,
  ],
  phone_number: [
    /\+\d{1,3}[\s.()-]{0,2}\d{1,4}[\s.()-]{1,2}\d{2}/,
    /(?:\(\d{3}\)|\b\d{3})[\s.-]{0,2}\d{3}[\s.-]\d{4}\b/,
    /\b(?:tel|phone|telephone|mobile|cell ?phone|fax)\b[^\p{L}\d]{0,4}\d{3}/iu,
  ],
  email_address: [/[\w.+-]@[\w-]{1,63}\.[a-z]{2}/i],
}

/** The kinds that were found, in the order of `IDENTIFIER_KINDS`; never what was found. */
export function findIdentifiers(text: string): IdentifierKind[] {
  const plain = text.normalize('NFKC')
  return IDENTIFIER_KINDS.filter((kind) =>
    kind === 'name' ? hasName(plain) : PATTERNS[kind].some((pattern) => pattern.test(plain)),
  )
}

/** DICOM's way to write a name. */
const CARET_NAME = /\p{L}{2}\^\p{L}/u
const TITLES: ReadonlySet<string> = new Set(
  'Mr Mrs Ms Miss Mx Dr Prof Professor Herr Frau Señor Señora Monsieur Madame Signor Signora Sir'.split(' '),
)
/** What is said of a person by name. */
const CUES: ReadonlySet<string> = new Set(['patient', 'pt', 'name', 'named', 'called', 'of', 'for', 'baby', 'client'])
const NAME_IS: ReadonlySet<string> = new Set(['name', 'surname', 'firstname', 'lastname'])
/** Endings that terms of medicine have and names seldom. */
const TERM = /(?:itis|osis|oma|omas|pathy|ectasis|emia|ation|tion|ing|ous|ary|tic|eal|ial|ural|ar|ia|um|ae|ium|ed|es)$/

interface Word {
  readonly text: string
  readonly lower: string
  /** What stands between it and the word before. */
  readonly gap: string
  /** A capital and small letters behind it. */
  readonly isCapitalized: boolean
}

function hasName(text: string): boolean {
  if (CARET_NAME.test(text)) return true
  const words = readWords(text)
  return words.some(
    (_, at) => hasTitle(words, at) || isNamed(words, at) || isFullName(words, at) || isCuedName(words, at),
  )
}

function readWords(text: string): Word[] {
  const words: Word[] = []
  let end = 0
  for (const found of text.matchAll(/\p{L}[\p{L}'’]*/gu)) {
    const word = found[0].replace(/['’]s?$/, '')
    const isCapitalized = /^\p{Lu}\p{Ll}/u.test(word)
    words.push({ text: word, lower: folded(word), gap: text.slice(end, found.index), isCapitalized })
    end = found.index + found[0].length
  }
  return words
}

/** "Mr. Smith"; a title in capitals is MR or DR imaging. */
function hasTitle(words: readonly Word[], at: number): boolean {
  const [title, next] = [words[at]!, words[at + 1]]
  if (next === undefined || !/^\.?\s+$/.test(next.gap)) return false
  if (TITLES.has(title.text)) return next.isCapitalized && !PLAIN_WORDS.has(next.lower)
  return ['mr', 'mrs', 'dr'].includes(title.text) && SURNAMES.has(next.lower)
}

/** "name: jane", "name is Jane". */
function isNamed(words: readonly Word[], at: number): boolean {
  const next = words[at + 1]
  if (!NAME_IS.has(words[at]!.lower) || next === undefined) return false
  if (/^\s*[:=]\s*$/.test(next.gap)) return true
  return next.lower === 'is' && words[at + 2] !== undefined
}

/** "John Smith", "Smith, John", "john smith". */
function isFullName(words: readonly Word[], at: number): boolean {
  const isInitialNext = /^\p{Lu}$/u.test(words[at + 1]?.text ?? '')
  const [first, second] = [words[at]!, words[isInitialNext ? at + 2 : at + 1]]
  if (second === undefined) return false
  if (/^,\s*$/.test(second.gap)) {
    const isNameFirst = first.isCapitalized && second.isCapitalized && GIVEN_NAMES.has(second.lower)
    return isNameFirst && !PLAIN_WORDS.has(first.lower) && !isTerm(first)
  }
  if (!/^\.?\s+$/.test(second.gap) || !GIVEN_NAMES.has(first.lower)) return false
  if (SURNAMES.has(second.lower)) return true
  return first.isCapitalized && isNameLike(second) && !isEponym(words, at + 1)
}

/** "patient Xiu Ostermeier": two capitalized words that are no terms, behind a word that says that a name comes. */
function isCuedName(words: readonly Word[], at: number): boolean {
  const [cue, first, second] = [words[at]!, words[at + 1], words[at + 2]]
  if (!CUES.has(cue.lower) || first === undefined || !/^[\s:,]+$/.test(first.gap)) return false
  const isPatient = cue.lower === 'patient' || cue.lower === 'pt'
  if (isPatient && first.isCapitalized && isKnownName(first) && !isEponym(words, at + 1)) return true
  if (second === undefined || !/^[\s,]+$/.test(second.gap)) return false
  return isNameLike(first) && isNameLike(second) && !isEponym(words, at + 2)
}

function isKnownName({ lower }: Word): boolean {
  return GIVEN_NAMES.has(lower) || SURNAMES.has(lower)
}

function isNameLike(word: Word): boolean {
  return word.isCapitalized && !PLAIN_WORDS.has(word.lower) && !EPONYM_NOUNS.has(word.lower) && !isTerm(word)
}

function isTerm({ lower }: Word): boolean {
  return TERM.test(lower) && !SURNAMES.has(lower) && !GIVEN_NAMES.has(lower)
}

/** Whether the word at `at`, or one of the two behind it, is followed by what eponyms are of. */
function isEponym(words: readonly Word[], at: number): boolean {
  for (let next = at; next <= at + 2; next++) {
    const word = words[next]
    if (word === undefined || (next > at && !/^[\s-]+$/.test(word.gap))) return false
    if (EPONYM_NOUNS.has(word.lower)) return true
  }
  return false
}
