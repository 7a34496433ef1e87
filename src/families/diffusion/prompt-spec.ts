/** The part of `diffusion` that says how a prompt is written for the pack. */
import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false }
const Text = Type.String({ minLength: 1, maxLength: 500 })

/** A field of a structured prompt. A value is a number, a choice or free text; `list` takes several texts. */
export const PromptFieldSchema = Type.Union([
  Type.Object({ kind: Type.Literal('integer'), minimum: Type.Integer(), maximum: Type.Integer() }, closed),
  Type.Object({ kind: Type.Literal('choice'), values: Type.Array(Text, { minItems: 1, maxItems: 256 }) }, closed),
  Type.Object({ kind: Type.Literal('text'), default: Type.Optional(Text) }, closed),
  Type.Object(
    {
      kind: Type.Literal('list'),
      /** Between two of them. */
      join: Type.String({ minLength: 1, maxLength: 20 }),
      /** Those that the pack knows; left out, any text. */
      values: Type.Optional(Type.Array(Text, { minItems: 1, maxItems: 1024 })),
      /** What stands there when none is given. */
      default: Type.Optional(Text),
    },
    closed,
  ),
])
export type PromptField = Static<typeof PromptFieldSchema>

export const PromptSpecSchema = Type.Object(
  {
    /**
     * How a structured prompt becomes text: `{field}` is its value, `{field|upper}`, `{field|lower}` and
     * `{field|capital}` change its case, and what stands in `[…]` is left out when a field in it is not given.
     * RoentGen v2: `[{age} year old ][{race|upper} ][{sex}. ]{findings}`.
     */
    template: Type.Optional(Text),
    fields: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), PromptFieldSchema)),
    /** Prompts as the pack was trained with, for whoever looks for words. */
    examples: Type.Array(Text, { minItems: 1, maxItems: 64 }),
  },
  closed,
)
export type PromptSpec = Static<typeof PromptSpecSchema>
