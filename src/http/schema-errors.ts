import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import type { FieldError } from '../errors.js'

const MAX_FIELDS = 20
const MAX_NAME_CHARACTERS = 100

/**
 * A validator's errors in words for callers, one for each place. A union reports every branch that failed; of these the
 * deepest is kept, or, when none looked further in than the union itself, the union's own `x-must` sentence.
 */
export function fieldErrors(schema: TSchema, errors: readonly TLocalizedValidationError[]): FieldError[] {
  let open: Finding[] = []
  for (const error of errors) {
    if (error.keyword === 'boolean') continue
    if (error.keyword !== 'anyOf') {
      open.push(...findingsOf(error))
      continue
    }
    const isBranch = ({ schemaPath, pointer }: Finding): boolean =>
      schemaPath.startsWith(`${error.schemaPath}/anyOf/`) && `${pointer}/`.startsWith(`${error.instancePath}/`)
    const branches = open.filter(isBranch)
    const rest = open.filter((finding) => !isBranch(finding))
    open = [...rest, closestBranch(schema, error, branches)]
  }
  const fields = new Map<string, FieldError>()
  for (const { pointer, detail } of open) if (!fields.has(pointer)) fields.set(pointer, { pointer, detail })
  return [...fields.values()].slice(0, MAX_FIELDS)
}

interface Finding extends FieldError {
  readonly schemaPath: string
}

function closestBranch(schema: TSchema, union: TLocalizedValidationError, branches: readonly Finding[]): Finding {
  const { instancePath, schemaPath } = union
  const deeper = branches.filter(({ pointer, detail }) => depth(pointer) > depth(instancePath) && detail !== MISSING)
  const [deepest] = deeper.toSorted((a, b) => depth(b.pointer) - depth(a.pointer))
  if (deepest !== undefined) return { ...deepest, schemaPath }
  return { pointer: instancePath, schemaPath, detail: mustSentence(schema, schemaPath) }
}

const MISSING = 'is required'

function findingsOf(error: TLocalizedValidationError): Finding[] {
  const { schemaPath, instancePath } = error
  const below = (name: string, detail: string): Finding => ({
    schemaPath,
    pointer: `${instancePath}/${token(name)}`,
    detail,
  })
  if (error.keyword === 'required') return error.params.requiredProperties.map((name) => below(name, MISSING))
  if (error.keyword === 'additionalProperties')
    return error.params.additionalProperties.map((name) => below(name, 'is not a field that is known here'))
  const detail = error.keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : error.message
  return [{ schemaPath, pointer: instancePath, detail }]
}

/** The `x-must` of the schema at a path such as `#/properties/input/items`. */
function mustSentence(root: TSchema, schemaPath: string): string {
  let at: unknown = root
  for (const part of schemaPath.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[part]
  const must = (at as { 'x-must'?: unknown } | undefined)?.['x-must']
  return typeof must === 'string' ? `must ${must}` : 'has none of the forms that are taken here'
}

function token(name: string): string {
  return name.slice(0, MAX_NAME_CHARACTERS).replaceAll('~', '~0').replaceAll('/', '~1')
}

function depth(pointer: string): number {
  return pointer.split('/').length
}
