/** DICOM Part 10 files (PS3.10 section 7, PS3.5 section 7) as elements that can be asked for, bounded in every way. */
import { inflateRawSync } from 'node:zlib'
import dicomParser, { type ByteArrayParser, type DataSet, type Element } from 'dicom-parser'
import { AppError } from '../../errors.js'
import { dicomFault } from './fault.js'
import { TRANSFER_SYNTAXES, type TransferSyntax } from './transfer-syntax.js'

export const DICOM_PREFIX_AT = 128
const PREFIX_BYTES = 4
/** The library's types leave out that it can be made. */
const NewDataSet = (
  dicomParser as unknown as { DataSet: new (...given: [ByteArrayParser, Uint8Array, object]) => DataSet }
).DataSet

/** A film has about 150 elements; private ones of vendors make it some hundreds. */
const MAX_ELEMENTS = 20_000
/** Items inside items; the attributes of a film need two. */
const MAX_DEPTH = 16
/** Read by the parser for every element: its group and its number. */
const READS_PER_ELEMENT = 2

export interface DicomLimits {
  /** Of the data set after it was inflated. */
  readonly dataSetBytes: number
}

export interface DicomFile {
  readonly syntax: TransferSyntax
  readonly dataSet: DataSet
}

/**
 * Throws `malformed_image` for a file that is no sound Part 10 file or has too many elements or items in items,
 * `unsupported_media_type` for another transfer syntax, `too_large` for a deflated one that does not end within the limit.
 */
export function parseDicom(bytes: Uint8Array, limits: DicomLimits): DicomFile {
  const { meta, end } = orFault(() => readMeta(bytes))
  const uid = meta.string('x00020010')?.trim() ?? ''
  const syntax = TRANSFER_SYNTAXES.get(uid)
  if (syntax === undefined) throw new AppError('unsupported_media_type', 'The DICOM transfer syntax is not read here.')
  const body = syntax.isDeflated === true ? inflate(bytes.subarray(end), limits) : bytes.subarray(end)
  const dataSet = orFault(() => readDataSet(body, syntax))
  checkDepth(dataSet)
  return { syntax, dataSet }
}

/** The group of file meta information, always explicit little endian, without trust in its own length. */
function readMeta(bytes: Uint8Array): { meta: DataSet; end: number } {
  const stream = new dicomParser.ByteStream(counting(dicomParser.littleEndianByteArrayParser), bytes, 0)
  stream.seek(DICOM_PREFIX_AT + PREFIX_BYTES)
  const elements: Record<string, Element> = {}
  let end = stream.position
  while (stream.position < bytes.length) {
    end = stream.position
    const group = stream.readUint16()
    stream.seek(-2)
    if (group !== 2) break
    const element = dicomParser.readDicomElementExplicit(stream, stream.warnings)
    elements[element.tag] = element
  }
  return { meta: new NewDataSet(stream.byteArrayParser, bytes, elements), end }
}

function readDataSet(body: Uint8Array, syntax: TransferSyntax): DataSet {
  const parser =
    syntax.isBigEndian === true ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser
  const budget = { reads: MAX_ELEMENTS * READS_PER_ELEMENT }
  const stream = new dicomParser.ByteStream(counting(parser, budget), body, 0)
  const dataSet = new NewDataSet(stream.byteArrayParser, body, {})
  if (syntax.isImplicit === true)
    dicomParser.parseDicomDataSetImplicit(dataSet, stream, body.length, { vrCallback: implicitVr } as never)
  else dicomParser.parseDicomDataSetExplicit(dataSet, stream, body.length)
  // What is asked of the elements later goes through the same reader, such as a table of 65,536 entries.
  budget.reads = Infinity
  // The parser only warns of what ends too early.
  if (stream.warnings.length > 0) throw dicomFault('it ends too early or its items are not sound')
  return dataSet
}

/** What would else be taken for a sequence where its bytes look like the beginning of one. */
function implicitVr(tag: string): string | undefined {
  return BYTES.has(tag) ? 'OW' : undefined
}

const BYTES: ReadonlySet<string> = new Set(['x7fe00010', 'x00283006'])

/** The library reads any number of elements, each an object of memory; it is stopped by the reader that it is handed. */
function counting(parser: ByteArrayParser, budget = { reads: MAX_ELEMENTS * READS_PER_ELEMENT }): ByteArrayParser {
  return {
    ...parser,
    readUint16(bytes, position) {
      if (budget.reads-- <= 0) throw dicomFault(`it has more than ${MAX_ELEMENTS} elements`)
      return parser.readUint16(bytes, position)
    },
  }
}

function inflate(bytes: Uint8Array, { dataSetBytes }: DicomLimits): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: dataSetBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      throw dicomFault('its deflated data set is damaged', cause)
    throw new AppError('too_large', `The DICOM data set inflates to more than ${dataSetBytes} bytes.`, {
      details: { limit: 'MAX_IMAGE_PIXELS' },
    })
  }
}

function checkDepth(root: DataSet): void {
  let level: readonly DataSet[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw dicomFault(`it has more than ${MAX_DEPTH} items inside items`)
    level = level.flatMap((dataSet) =>
      Object.values(dataSet.elements).flatMap(({ items = [] }) => items.flatMap((item) => item.dataSet ?? [])),
    )
  }
}

/** The library throws texts and, where a file nests too deep, what the engine throws. */
function orFault<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw dicomFault('it is truncated or damaged', cause)
  }
}
