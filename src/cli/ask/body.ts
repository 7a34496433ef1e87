import type { AskOptions } from './options.js'

/** The field `model`, where one is asked for. */
export function named({ model }: AskOptions): { model?: string } {
  return model === undefined ? {} : { model }
}

/** The texts of an option that can be given more than once. */
export function textsOf({ text = [] }: AskOptions): readonly string[] {
  return typeof text === 'string' ? [text] : text
}
