import type { TObject, TSchema } from 'typebox'
import { AppError } from '../errors.js'
import type { Part } from './multipart.js'
import { Upload } from './upload.js'

/**
 * Forms and queries know text only. What a text means is read from the schema of the body that it becomes, so that one
 * schema checks all three forms of a request. What cannot be read stays a text, and the check says what it should be.
 */
export function fieldFromTexts(schema: TSchema | undefined, texts: readonly string[]): unknown {
  const [only] = texts
  switch (typeOf(schema)) {
    case 'array':
      return texts.length === 1 && only!.startsWith('[') ? (parseOr(only!) ?? texts) : texts
    case 'object':
      return texts.length === 1 ? (parseOr(only!) ?? only) : texts
    case 'boolean':
      return texts.length === 1 && (only === 'true' || only === 'false') ? only === 'true' : unread(texts)
    case 'integer':
    case 'number':
      return texts.length === 1 && only!.trim() !== '' && !Number.isNaN(Number(only)) ? Number(only) : unread(texts)
    default:
      // A choice of a text and an object, such as a scheduler's name or options.
      return texts.length === 1 && only!.startsWith('{') && takesObject(schema)
        ? (parseOr(only!) ?? only)
        : unread(texts)
  }
}

function unread(texts: readonly string[]): unknown {
  return texts.length === 1 ? texts[0] : texts
}

function typeOf(schema: TSchema | undefined): unknown {
  return (schema as { type?: unknown } | undefined)?.type
}

function takesObject(schema: TSchema | undefined): boolean {
  const branches = (schema as { anyOf?: readonly TSchema[] } | undefined)?.anyOf ?? []
  return branches.some((branch) => typeOf(branch) === 'object')
}

/** The JSON value of a text, or `undefined` when it is none. */
function parseOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Where the images of a form go in the body: a list of images, or a list that mixes them with texts, in order. */
export type ImagesField = 'images' | 'input'

/** Name of the parts that are together one study of a list that mixes texts, images and studies. */
const STUDY_NAME = 'study'

/** Names of file parts; `image` is the documented one. */
const IMAGE_NAMES: ReadonlySet<string> = new Set(['image', 'images', 'image[]', 'images[]'])

export function bodyFromParts(parts: readonly Part[], schema: TObject, imagesField: ImagesField): unknown {
  const isMixed = imagesField === 'input'
  const isOther = ({ name }: Part): boolean =>
    (isMixed && name === STUDY_NAME) || takesImages(schema.properties[name]) !== 'none'
  const images = parts.filter((part) => IMAGE_NAMES.has(part.name) || (part.isFile && !isOther(part)))
  const stray = images.find((part) => !IMAGE_NAMES.has(part.name))
  if (stray !== undefined) throw strayFile(stray.name)
  const fields = new Map<string, Part[]>()
  for (const part of parts) {
    if (images.includes(part) || part.name === imagesField || (isMixed && part.name === STUDY_NAME)) continue
    fields.set(part.name, [...(fields.get(part.name) ?? []), part])
  }
  const entries = [...fields].map(([name, group]) => [name, fieldFromParts(schema.properties[name], group)] as const)
  const listed = isMixed ? mixedInput(parts) : images.map((part) => new Upload(part.bytes))
  // Made from entries: a part called __proto__ becomes a field like any other, which the check then refuses.
  return Object.fromEntries<unknown>(listed.length > 0 ? [...entries, [imagesField, listed]] : entries)
}

/** The items in the order of their parts; a study stands where its first film does. */
function mixedInput(parts: readonly Part[]): unknown[] {
  const films = parts.filter(({ name }) => name === STUDY_NAME)
  return parts.flatMap((part): unknown[] => {
    if (part.name === 'input') return [{ text: textOf(part) }]
    if (part === films[0]) return [{ study: films.map(({ bytes }) => new Upload(bytes)) }]
    return IMAGE_NAMES.has(part.name) ? [{ image: new Upload(part.bytes) }] : []
  })
}

/** Whether a field is an image, or a list of them, beside the images that the request is about. */
export function takesImages(schema: TSchema | undefined): 'none' | 'one' | 'list' {
  if (schema === undefined) return 'none'
  if ('x-image' in schema) return 'one'
  return 'items' in schema && 'x-image' in (schema.items as object) ? 'list' : 'none'
}

function fieldFromParts(schema: TSchema | undefined, parts: readonly Part[]): unknown {
  const images = takesImages(schema)
  if (images !== 'none' && parts.every(({ isFile }) => isFile)) {
    const uploads = parts.map(({ bytes }) => new Upload(bytes))
    return images === 'one' && uploads.length === 1 ? uploads[0] : uploads
  }
  const [only] = parts
  if (parts.length === 1 && only?.contentType?.startsWith('application/json')) {
    const value = parseOr(textOf(only))
    if (value === undefined) throw notJson(only.name)
    return value
  }
  return fieldFromTexts(schema, parts.map(textOf))
}

function textOf(part: Part): string {
  return part.bytes.toString('utf8')
}

/** The options of a raw body, out of the query, beside the image that the body is. */
export function bodyFromQuery(query: object, image: Upload, schema: TObject, imagesField: ImagesField): unknown {
  const entries = Object.entries(query as Record<string, string | string[]>).map(
    ([name, value]) => [name, fieldFromTexts(schema.properties[name], [value].flat())] as const,
  )
  const listed = imagesField === 'input' ? [{ image }] : [image]
  return Object.fromEntries<unknown>([...entries, [imagesField, listed]])
}

function strayFile(name: string): AppError {
  const fields = [{ pointer: `/${name.slice(0, 100)}`, detail: 'is a file; files are taken as parts named image' }]
  return new AppError('malformed_body', 'The form holds a file where none is taken.', { details: { fields } })
}

function notJson(name: string): AppError {
  const fields = [{ pointer: `/${name}`, detail: 'says that it is JSON and is not' }]
  return new AppError('malformed_body', 'A part of the form cannot be read.', { details: { fields } })
}
