import { Type } from 'typebox'
import { UNFIT_REASONS } from '../../errors.js'
import { PROBLEM_TITLES, type ProblemCode } from '../problem.js'

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.Enum(Object.keys(PROBLEM_TITLES) as [ProblemCode, ...ProblemCode[]]),
    request_id: Type.String({ description: 'Names the request in the log.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'RFC 6901 JSON pointer into the body.' }),
          detail: Type.String(),
        }),
      ),
    ),
    limit: Type.Optional(Type.String({ description: 'The limit that was passed, as `radserve config` prints it.' })),
    reason: Type.Optional(
      Type.Enum([...UNFIT_REASONS], { description: 'Of image_unfit: why. docs/dicom.md lists the reasons.' }),
    ),
    scope: Type.Optional(Type.String({ description: 'What the caller would have to be allowed.' })),
    error: Type.Optional(
      Type.Object(
        {
          message: Type.String(),
          type: Type.String(),
          param: Type.Union([Type.String(), Type.Null()]),
          code: Type.String(),
        },
        { description: "The same for OpenAI's clients; below /v1 only." },
      ),
    ),
  },
  { description: 'RFC 9457. docs/errors.md lists the codes.' },
)

export const OipErrorSchema = Type.Object({ error: Type.String() }, { description: 'Open Inference Protocol.' })
