import { AppError } from '../errors.js'
import { limitName, type HttpOptions } from './options.js'

export type TextLimits = Pick<HttpOptions, 'maxTexts' | 'maxTextCharacters'>

/** One text of a request and where it stands, as an RFC 6901 pointer. The text itself is never repeated in an error. */
export interface PlacedText {
  readonly pointer: string
  readonly text: string
}

export function placeTexts(field: string, texts: readonly string[]): PlacedText[] {
  return texts.map((text, index) => ({ pointer: `/${field}/${index}`, text }))
}

/** Throws `too_large` when there are too many texts or one is too long. */
export function checkTexts(texts: readonly PlacedText[], limits: TextLimits): void {
  const { maxTexts, maxTextCharacters } = limits
  if (texts.length > maxTexts) {
    throw new AppError('too_large', `A request holds at most ${maxTexts} texts.`, {
      details: { limit: limitName('maxTexts') },
    })
  }
  const long = texts.filter(({ text }) => text.length > maxTextCharacters)
  if (long.length > 0) {
    const detail = `is longer than ${maxTextCharacters} characters`
    const fields = long.slice(0, 20).map(({ pointer }) => ({ pointer, detail }))
    throw new AppError('too_large', 'A text is too long.', {
      details: { limit: limitName('maxTextCharacters'), fields },
    })
  }
}
