/** The manifest section `goldens` of a report pack: the dual encoder's kinds, and films with the text that they give. */
import { Type, type Static } from 'typebox'
import { GoldenSchema } from '../dual-encoder/golden-spec.js'

const closed = { additionalProperties: false }

const ReportGoldenSchema = Type.Object(
  {
    kind: Type.Literal('report'),
    /** Image files listed in `files`: the films of one study. */
    images: Type.Array(Type.String(), { minItems: 1, maxItems: 64 }),
    method: Type.Enum(['greedy', 'beam']),
    beams: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    length_penalty: Type.Optional(Type.Number()),
    no_repeat_ngram: Type.Optional(Type.Integer({ minimum: 0 })),
    forbid_repeat_last: Type.Optional(Type.Boolean()),
    max_tokens: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Tokens behind the begin token, with the end token if it came. */
    ids: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
    log_probabilities: Type.Optional(Type.Array(Type.Number())),
    text: Type.Optional(Type.String()),
    /** Greatest absolute difference of a log probability. */
    tolerance: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
)
export type ReportGolden = Static<typeof ReportGoldenSchema>

export const ReportGoldensSchema = Type.Array(Type.Union([ReportGoldenSchema, GoldenSchema]), { maxItems: 64 })
