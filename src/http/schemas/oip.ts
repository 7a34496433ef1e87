/** The Open Inference Protocol, version 2. Open objects: the protocol lets clients send members that a server ignores. */
import { Type, type Static, type TSchema } from 'typebox'

const InferInputSchema = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  datatype: Type.String({ examples: ['FP32', 'INT64', 'UINT8'] }),
  data: Type.Optional(Type.Array(Type.Unknown(), { description: 'Row-major, flat or nested.' })),
  parameters: Type.Optional(Type.Object({ binary_data_size: Type.Optional(Type.Integer({ minimum: 0 })) })),
})
export type InferInput = Static<typeof InferInputSchema>

export const InferBodySchema = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'Given back.' })),
    inputs: Type.Array(InferInputSchema, { minItems: 1 }),
    outputs: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.String(),
          parameters: Type.Optional(Type.Object({ binary_data: Type.Optional(Type.Boolean()) })),
        }),
      ),
    ),
    parameters: Type.Optional(
      Type.Object({
        binary_data_output: Type.Optional(Type.Boolean({ description: 'Every output in binary.' })),
        priority: Type.Optional(
          Type.Integer({ minimum: 0, description: '1 is stat, 2 routine, above that batch; 0 the default.' }),
        ),
        timeout: Type.Optional(Type.Integer({ minimum: 0, description: 'Microseconds; 0 is none.' })),
      }),
    ),
  },
  {
    description: 'JSON; with Inference-Header-Content-Length its length, and binary tensors behind it.',
    examples: [{ inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }] }],
  },
)
export type InferBody = Static<typeof InferBodySchema>

export const InferReplySchema = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer()),
      datatype: Type.String(),
      data: Type.Optional(Type.Array(Type.Unknown())),
      parameters: Type.Optional(Type.Object({ binary_data_size: Type.Integer() })),
    }),
  ),
})

export const ServerMetadataSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
})

const TensorMetadataSchema = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer(), { description: "-1 where the size is the caller's." }),
})

export const ModelMetadataSchema = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String(), { description: 'Newest first.' }),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadataSchema),
  outputs: Type.Array(TensorMetadataSchema),
})

const TensorConfigSchema = Type.Object({
  name: Type.String(),
  data_type: Type.String(),
  dims: Type.Array(Type.Integer()),
})

export const ModelConfigSchema = Type.Object({
  name: Type.String(),
  platform: Type.String(),
  backend: Type.String(),
  max_batch_size: Type.Integer({ description: '0: runs of this graph are not merged, and dims are whole shapes.' }),
  input: Type.Array(TensorConfigSchema),
  output: Type.Array(TensorConfigSchema),
})

const DurationSchema = Type.Object({ count: Type.Integer(), ns: Type.Integer() })
const ComputeSchema = {
  compute_input: DurationSchema,
  compute_infer: DurationSchema,
  compute_output: DurationSchema,
}

export const StatisticsSchema = Type.Object({
  model_stats: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      last_inference: Type.Integer({ description: 'Milliseconds since 1970; 0 is never.' }),
      inference_count: Type.Integer({ description: 'Rows.' }),
      execution_count: Type.Integer({ description: 'Runs; rows a run is the mean batch.' }),
      inference_stats: Type.Object({
        success: DurationSchema,
        fail: Type.Object(DurationSchema.properties, { description: 'Runs that were cancelled are among them.' }),
        queue: DurationSchema,
        ...ComputeSchema,
      }),
      batch_stats: Type.Array(
        Type.Object({ batch_size: Type.Integer({ description: 'Rows that were run together.' }), ...ComputeSchema }),
      ),
    }),
  ),
})

export const RepositoryIndexSchema = Type.Array(
  Type.Object({
    name: Type.String(),
    version: Type.String(),
    state: Type.Enum(['READY', 'LOADING', 'UNLOADING', 'UNAVAILABLE']),
    reason: Type.String(),
  }),
)

export const RepositoryIndexBodySchema = Type.Object({
  ready: Type.Optional(Type.Boolean({ description: 'Only those that are ready.' })),
})

export const RepositoryLoadBodySchema = Type.Object({
  parameters: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: 'Overrides of files and configuration are refused.' }),
  ),
})

export const GraphParamsSchema = Type.Object({
  model: Type.String({ description: '`name.component`, or `name` for the first graph of a pack.' }),
})
export const GraphVersionParamsSchema = Type.Object({ model: Type.String(), version: Type.String() })

/** What a 200 of an inference can be. */
export function bytesOr(json: TSchema) {
  return {
    description: 'The outputs, in the forms that were asked for.',
    content: {
      'application/json': { schema: json },
      'application/octet-stream': {
        schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary', description: 'JSON and tensors behind it.' }),
      },
    },
  }
}
