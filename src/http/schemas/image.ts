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

/** What a form's part or a raw body becomes before the body is checked; left out of the OpenAPI document. */
const UploadSchema = Type.Refine(
  Type.Unsafe<Upload>({ 'x-internal': true }),
  (value) => value instanceof Upload,
  () => 'must be an upload',
)

export const ImageSchema = Type.Union([Base64ImageSchema, UrlImageSchema, UploadSchema], {
  description: 'An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX).',
  'x-image': true,
  'x-must': 'be {"data": "<base64>"} or {"url": "data:…"}',
})
export type ImageInput = Static<typeof ImageSchema>
