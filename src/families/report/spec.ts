/** The sections of `model.json` that only a report pack has, and those of the dual encoder that it may be beside. */
import { Type, type Static } from 'typebox'
import { ImageSpecSchema } from '../../imaging/steps.js'
import { TextSpecSchema } from '../../text/spec.js'
import { PackFileSchema } from '../component.js'
import { ExpectedViewSchema, MapsSchema, PrototypesSchema, ScoreSchema, TextPostSchema } from '../dual-encoder/spec.js'
import { ZeroShotSchema } from '../dual-encoder/zero-shot-spec.js'
import { ViewsSchema } from '../views/spec.js'
import { ReportGoldensSchema } from './golden-spec.js'

const closed = { additionalProperties: false }
const TokenId = Type.Integer({ minimum: 0 })

/** How a text is written: the likeliest token at each step, the likeliest of several texts, or tokens that are drawn. */
export const METHODS = ['greedy', 'beam', 'sample'] as const
export type Method = (typeof METHODS)[number]

/** Bounds of what is asked, here and in requests. */
export const bounds = {
  beams: { minimum: 1, maximum: 64 },
  length_penalty: { minimum: -10, maximum: 10 },
  no_repeat_ngram: { minimum: 0, maximum: 64 },
  temperature: { exclusiveMinimum: 0, maximum: 100 },
  top_k: { minimum: 0, maximum: 1_000_000 },
  top_p: { exclusiveMinimum: 0, maximum: 1 },
} as const

const DefaultsSchema = Type.Object(
  {
    method: Type.Enum([...METHODS]),
    /** Left out, 5. */
    beams: Type.Optional(Type.Integer(bounds.beams)),
    /** Left out, 1. */
    length_penalty: Type.Optional(Type.Number(bounds.length_penalty)),
    /** Left out, false, as in Hugging Face's `generate`. */
    early_stopping: Type.Optional(Type.Union([Type.Boolean(), Type.Literal('never')])),
    /** Left out or 0, none. */
    no_repeat_ngram: Type.Optional(Type.Integer(bounds.no_repeat_ngram)),
    /** No token twice in a row (REFERS, VirTex). */
    forbid_repeat_last: Type.Optional(Type.Boolean()),
    /** Left out, 1. */
    temperature: Type.Optional(Type.Number(bounds.temperature)),
    /** Left out or 0, all. */
    top_k: Type.Optional(Type.Integer(bounds.top_k)),
    /** Left out, 1. */
    top_p: Type.Optional(Type.Number(bounds.top_p)),
    /** Left out, `generation.max_tokens`. */
    max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 4096 })),
  },
  closed,
)

const Phrases = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 1024 })

/** Phrases are words in a row, in lower case; none goes over the end of a sentence. */
const FindingSchema = Type.Object({ present: Phrases, absent: Phrases }, closed)

/** How the text is held against the pack's own classifier, or another's, when a request says no more than that. */
const CheckSchema = Type.Object(
  {
    /** Of the dual encoder; left out, its default set. */
    label_set: Type.Optional(Type.String({ minLength: 1 })),
    /** Label of the classifier by label of the text, where they are called otherwise. */
    labels: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
    /** Score of a label from which it counts as present; left out, 0.5, or 0 for margins. */
    thresholds: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  closed,
)

export const GenerationSchema = Type.Object(
  {
    /** A `tokenizer.json` (Hugging Face's format), listed in `files`. */
    tokenizer: PackFileSchema,
    bos: TokenId,
    eos: TokenId,
    /** What a prefix is filled up with to the right. */
    pad: TokenId,
    unk: Type.Optional(TokenId),
    /** Tokens of one text at most, the end token among them: the positions that the decoder has. */
    max_tokens: Type.Integer({ minimum: 1, maximum: 4096 }),
    defaults: DefaultsSchema,
    /** By label, what the text says when a finding is there and when it is not. */
    findings: Type.Optional(Type.Record(Type.String({ minLength: 1, maxLength: 100 }), FindingSchema)),
    /** Phrases by which the text says that the films are of no kind that the model can read. */
    unfit: Type.Optional(Type.Object({ phrases: Phrases }, closed)),
    check: Type.Optional(CheckSchema),
  },
  closed,
)
export type Generation = Static<typeof GenerationSchema>

export const reportSections = {
  image: ImageSpecSchema,
  views: Type.Optional(ViewsSchema),
  generation: GenerationSchema,
  text: Type.Optional(TextSpecSchema),
  text_post: Type.Optional(TextPostSchema),
  score: Type.Optional(ScoreSchema),
  zero_shot: Type.Optional(ZeroShotSchema),
  maps: Type.Optional(MapsSchema),
  prototypes: Type.Optional(PrototypesSchema),
  expected_view: Type.Optional(ExpectedViewSchema),
  goldens: ReportGoldensSchema,
}

export const ReportSpecSchema = Type.Object(reportSections)
export type ReportSpec = Static<typeof ReportSpecSchema>
