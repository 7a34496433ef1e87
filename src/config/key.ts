import { Type } from 'typebox'

/** A key that holds a whole number. */
export const integer = (fallback: number, description: string, minimum = 1, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ default: fallback, description, minimum, maximum })

/** A key that may be left empty. */
export const text = (description: string, pattern?: string) =>
  Type.String({ default: '', description, ...(pattern !== undefined && { pattern: `^(${pattern})?$` }) })

export const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description })
