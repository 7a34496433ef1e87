/** The manifest section `zero_shot`: label sets as frozen data, and how free labels become prompts. */
import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false }

/** `multiclass`: the labels compete. `pos-neg`: each against its own negatives. `per-class-binary`: each by itself. */
export const ZERO_SHOT_MODES = ['multiclass', 'pos-neg', 'per-class-binary'] as const
export type ZeroShotMode = (typeof ZERO_SHOT_MODES)[number]

/** How the scores of a label's prompts become one. */
export const PROMPT_AGGREGATIONS = ['max', 'mean', 'mean_of_embeddings'] as const
export type PromptAggregation = (typeof PROMPT_AGGREGATIONS)[number]

export const ACTIVATIONS = ['none', 'softmax', 'sigmoid'] as const
export type Activation = (typeof ACTIVATIONS)[number]

export const SIMILARITY_MODES = ['global', 'local', 'both'] as const
export type SimilarityMode = (typeof SIMILARITY_MODES)[number]

/**
 * How the words' cosines of one text become one local score. A similarity graph gives an output of kind
 * `score_<aggregate>` for each; `graph` means its only one, of kind `score`, whatever that does. `weighted_mean` is by
 * `score.local.weights`.
 */
export const LOCAL_AGGREGATES = ['logsumexp', 'max', 'mean', 'weighted_mean', 'graph'] as const
export type LocalAggregate = (typeof LOCAL_AGGREGATES)[number]

export const MeanStdSchema = Type.Object({ mean: Type.Number(), std: Type.Number({ exclusiveMinimum: 0 }) }, closed)
export type MeanStd = Static<typeof MeanStdSchema>

const PlattSchema = Type.Object(
  { kind: Type.Literal('platt'), a: Type.Number(), b: Type.Number() },
  { ...closed, description: 'probability = sigmoid(a · logit + b)' },
)

const IsotonicSchema = Type.Object(
  {
    kind: Type.Literal('isotonic'),
    logits: Type.Array(Type.Number(), { minItems: 1 }),
    probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 1 }),
  },
  { ...closed, description: 'linear between the points, constant beyond the ends' },
)

export const CalibrationSchema = Type.Union([PlattSchema, IsotonicSchema])
export type Calibration = Static<typeof CalibrationSchema>

export const PromptsSchema = Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 1024 })

export const LabelClassSchema = Type.Object(
  {
    label: Type.String({ minLength: 1 }),
    prompts: PromptsSchema,
    negatives: Type.Optional(PromptsSchema),
    /** Mean and deviation of this class's score over the reference films named by the set, never over a request. */
    reference: Type.Optional(MeanStdSchema),
    calibration: Type.Optional(CalibrationSchema),
  },
  closed,
)
export type LabelClass = Static<typeof LabelClassSchema>

const readingProperties = {
  mode: Type.Enum([...ZERO_SHOT_MODES]),
  /** Which similarity a prompt is scored by; left out, the combined one where the pack has local features. */
  similarity: Type.Optional(Type.Enum([...SIMILARITY_MODES])),
  /** Overrides `score.local.aggregate`: GLoRIA's zero-shot path takes the maximum where its retrieval sums. */
  local_aggregate: Type.Optional(Type.Enum([...LOCAL_AGGREGATES])),
  prompt_aggregation: Type.Enum([...PROMPT_AGGREGATIONS]),
  activation: Type.Enum([...ACTIVATIONS]),
  /** Divides the logits; left out, 1. */
  temperature: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
}

export const LabelSetSchema = Type.Object(
  {
    title: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
    ...readingProperties,
    class_norm: Type.Enum(['none', 'zscore-reference']),
    classes: Type.Array(LabelClassSchema, { minItems: 1, maxItems: 256 }),
  },
  closed,
)
export type LabelSet = Static<typeof LabelSetSchema>

const TemplatesSchema = Type.Array(Type.String({ pattern: '\\{label\\}' }), { minItems: 1, maxItems: 64 })

export const FreeLabelsSchema = Type.Object(
  { ...readingProperties, templates: TemplatesSchema, negative_templates: Type.Optional(TemplatesSchema) },
  { ...closed, description: 'how labels that the caller makes up become prompts; {label} stands for the label' },
)
export type FreeLabels = Static<typeof FreeLabelsSchema>

export const ZeroShotSchema = Type.Object(
  {
    /** The set that is used when a request names none. */
    default: Type.Optional(Type.String()),
    sets: Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,99}$' }), LabelSetSchema),
    free_labels: Type.Optional(FreeLabelsSchema),
  },
  closed,
)
export type ZeroShot = Static<typeof ZeroShotSchema>
