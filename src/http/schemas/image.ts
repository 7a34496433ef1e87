import { Type, type Static } from 'typebox'
import { Upload } from '../upload.js'

const closed = { additionalProperties: false }

const Base64ImageSchema = Type.Object(
  { data: Type.String({ description: 'The image file in base64 (RFC 4648 section 4, padded, no line breaks).' }) },
  { ...closed, title: 'Image in base64' },
)

const UrlImageSchema = Type.Object(
  { url: Type.String({ description: 'A data: URL in base64. Other URLs are refused: the service fetches nothing.' }) },
  { ...closed, title: 'Image as data: URL' },
)

const Uid = Type.String({ pattern: '^(?=.{1,64}$)(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*))+$' })

export const NamedImageSchema = Type.Object(
  {
    dicomweb: Type.Object(
      {
        server: Type.Optional(
          Type.String({ maxLength: 64, description: 'Name of the server in the configuration; left out, its first.' }),
        ),
        ...{ study: Uid, series: Uid, instance: Uid },
        frame: Type.Optional(Type.Integer({ minimum: 1, maximum: 1, description: 'Films have one.' })),
      },
      closed,
    ),
  },
  {
    ...closed,
    title: 'Film on a DICOMweb server',
    description: 'Fetched by the service; needs the scope studies:read.',
  },
)
export type NamedImage = Static<typeof NamedImageSchema>

/** What a form's part or a raw body becomes before the body is checked; left out of the OpenAPI document. */
const UploadSchema = Type.Refine(
  Type.Unsafe<Upload>({ 'x-internal': true }),
  (value) => value instanceof Upload,
  () => 'must be an upload',
)

export const ImageSchema = Type.Union([Base64ImageSchema, UrlImageSchema, NamedImageSchema, UploadSchema], {
  description: 'An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX).',
  'x-image': true,
  'x-must': 'be {"data": "<base64>"}, {"url": "data:…"} or {"dicomweb": {"study", "series", "instance"}}',
})
export type ImageInput = Static<typeof ImageSchema>
