import { Type, type Static } from 'typebox'
import { DTYPES, type DType } from '../tensor/tensor.js'

const dtypeNames = Object.keys(DTYPES) as [DType, ...DType[]]

/**
 * One input or output of a graph. A dim is a size or a symbol; a tensor whose first dim is the component's row symbol
 * is merged with others along it (`mergeSymbol`). `kind` says what the tensor means to the family (`pixels`, `global`,
 * `cells` …), so that its name can be whatever the exporter wrote.
 */
export const TensorSpecSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    dtype: Type.Enum(dtypeNames),
    dims: Type.Array(Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1 })])),
    kind: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)
export type TensorSpec = Static<typeof TensorSpecSchema>

const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** A file of the pack, by a path that stays inside it. */
export const PackFileSchema = Type.Object(
  {
    file: Type.String({ pattern: '^(?!/)(?!.*(^|/)\\.\\.(/|$))[A-Za-z0-9._/-]+$' }),
    sha256: Sha256Schema,
    bytes: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
export type PackFile = Static<typeof PackFileSchema>

export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const

/** One graph of a pack in one role. */
export const ComponentSchema = Type.Object(
  {
    ...PackFileSchema.properties,
    /** Weight files beside the graph (ONNX external data). */
    external_data: Type.Optional(Type.Array(PackFileSchema)),
    precision: Type.Enum([...PRECISIONS]),
    inputs: Type.Array(TensorSpecSchema, { minItems: 1 }),
    outputs: Type.Array(TensorSpecSchema, { minItems: 1 }),
    /** Rows that one run may hold at most. */
    max_batch: Type.Optional(Type.Integer({ minimum: 1, maximum: 4096 })),
    /** Lanes that hold the graph at the same time; left out, every lane of the device. */
    replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    /** Rows are kept by content and not run again: text towers, whose inputs repeat. */
    remember_rows: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type Component = Static<typeof ComponentSchema>

/** What a graph is fed and gives. */
export type GraphIo = Pick<Component, 'inputs' | 'outputs'>
