import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Convert } from 'typebox/value'
import { AppError } from '../errors.js'
import { fieldErrors } from './schema-errors.js'

/**
 * Errors that a validator collects at most. Eight, as by default, are used up by the other branches of a union before the
 * one that was meant says what is wrong with it.
 */
Settings.Set({ maxErrors: 64 })

const PLACES: Readonly<Record<string, string>> = {
  body: 'The body does not fit what this endpoint takes.',
  querystring: 'The query does not fit what this endpoint takes.',
  params: 'The path does not fit what this endpoint takes.',
  headers: 'The headers do not fit what this endpoint takes.',
}

/** Throws `malformed_body` with a pointer for each place that does not fit. A body is taken as it is, never converted. */
export function createCheck(schema: TSchema, place = 'body'): (value: unknown) => unknown {
  const validator = Compile(schema)
  return (given) => {
    const value = place === 'body' ? given : Convert(schema, given)
    if (validator.Check(value)) return value
    const message = PLACES[place] ?? 'The request does not fit what this endpoint takes.'
    throw new AppError('malformed_body', message, { details: { fields: fieldErrors(schema, validator.Errors(value)) } })
  }
}

/** Fastify's way to the same check. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = createCheck(schema, httpPart)
  return (value: unknown) => {
    try {
      return { value: check(value) }
    } catch (error) {
      return { error: error as AppError }
    }
  }
}
