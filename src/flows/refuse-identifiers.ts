import { AppError } from '../errors.js'
import { findIdentifiers, type IdentifierKind } from '../text/identifiers.js'

const WORDS: Readonly<Record<IdentifierKind, string>> = {
  name: 'a name',
  date: 'a full date',
  record_number: 'a record number',
  phone_number: 'a phone number',
  email_address: 'an e-mail address',
}

/** Throws `prompt_refused` for texts that look like they name a person; it says what was found and never quotes it. */
export function refuseIdentifiers(texts: readonly { readonly pointer: string; readonly text: string }[]): void {
  const fields = texts.flatMap(({ pointer, text }) => {
    const kinds = findIdentifiers(text)
    return kinds.length === 0
      ? []
      : [{ pointer, detail: `looks like it holds ${kinds.map((kind) => WORDS[kind]).join(' and ')}` }]
  })
  if (fields.length === 0) return
  throw new AppError('prompt_refused', 'Prompts that look like they name a person are not taken.', {
    details: { fields },
  })
}
