/**
 * What an answer takes over from the film that it is about: who and which study, so that the PACS puts it beside the film.
 * It goes from the caller's own file into the object that the caller gets, and nowhere else: no log, no message.
 */
import { AppError } from '../../errors.js'
import { parseDicom, type DicomFile } from '../../imaging/dicom/dataset.js'
import { isDicom } from '../../imaging/format.js'
import type { Dataset } from './write-object.js'

export interface SourceFilm {
  readonly sopClass: string
  readonly instance: string
  readonly series: string
  readonly study: string
  /** Of the modules Patient and General Study, by keyword; those that the film does not say are empty. */
  readonly patientAndStudy: Dataset
  /** It says that a model made it; so do the objects about it. */
  readonly isSynthetic: boolean
  /** Where rows and columns go to, as the film says. */
  readonly orientation: readonly string[]
}

/** Of a data set that is inflated to be read. */
export const MAX_DATA_SET_BYTES = 256 << 20

interface Attribute {
  readonly tag: string
  /** What a value has to be; another is left empty. */
  readonly fits: RegExp
}

const text = (longest: number): RegExp => new RegExp(`^[^\\p{Cc}\\\\]{1,${longest}}$`, 'u')
const COPIED: Readonly<Record<string, Attribute>> = {
  StudyDate: { tag: 'x00080020', fits: /^\d{8}$/ },
  StudyTime: { tag: 'x00080030', fits: /^\d{2,6}(\.\d{1,6})?$/ },
  AccessionNumber: { tag: 'x00080050', fits: text(16) },
  ReferringPhysicianName: { tag: 'x00080090', fits: text(194) },
  PatientName: { tag: 'x00100010', fits: text(194) },
  PatientID: { tag: 'x00100020', fits: text(64) },
  PatientBirthDate: { tag: 'x00100030', fits: /^\d{8}$/ },
  PatientSex: { tag: 'x00100040', fits: /^[MFO]$/ },
  StudyID: { tag: 'x00200010', fits: text(16) },
}
/** Not written where the film does not say them. */
const COPIED_IF_THERE: Readonly<Record<string, Attribute>> = {
  StudyDescription: { tag: 'x00081030', fits: text(64) },
  IssuerOfPatientID: { tag: 'x00100021', fits: text(64) },
}

/** Throws `not_acceptable`: an object about a film belongs to a study, and only a DICOM film says to which. */
export function requireDicomFilm(film: Uint8Array): void {
  if (isDicom(film)) return
  throw new AppError(
    'not_acceptable',
    'application/dicom is answered for a DICOM film only: its study is the study of the answer.',
  )
}

/** Throws what `parseDicom` throws, and `malformed_image` for a film without sound UIDs or in an unknown character set. */
export function readSourceFilm(film: Uint8Array): SourceFilm {
  const { dataSet } = parseDicom(film, { dataSetBytes: MAX_DATA_SET_BYTES })
  const decoder = decoderOf(dataSet)
  const read = ([keyword, { tag, fits }]: [string, Attribute]): [string, string] => {
    const value = decoder(tag)
    return [keyword, fits.test(value) ? value : '']
  }
  const uid = (tag: string): string => {
    const value = decoder(tag)
    if (/^[0-9][0-9.]{0,63}$/.test(value)) return value
    throw new AppError('malformed_image', 'The DICOM film does not say the UIDs that an object about it refers to.')
  }
  const optional = Object.entries(COPIED_IF_THERE).map(read)
  const orientation = decoder('x00200020').split('\\')
  return {
    ...{ sopClass: uid('x00080016'), instance: uid('x00080018') },
    ...{ study: uid('x0020000d'), series: uid('x0020000e') },
    isSynthetic: decoder('x0008001c') === 'YES',
    patientAndStudy: {
      ...Object.fromEntries(Object.entries(COPIED).map(read)),
      ...Object.fromEntries(optional.filter(([, value]) => value !== '')),
    },
    orientation: orientation.length === 2 && orientation.every((way) => /^[APRLHF]{1,3}$/.test(way)) ? orientation : [],
  }
}

/** Of the defined terms of PS3.3 C.12.1.1.2 those that the platform decodes. */
const ENCODINGS: Readonly<Record<string, string>> = {
  ...{ '': 'latin1', 'ISO_IR 6': 'latin1', 'ISO_IR 100': 'latin1', 'ISO_IR 192': 'utf-8' },
  ...{ 'ISO_IR 101': 'iso-8859-2', 'ISO_IR 109': 'iso-8859-3', 'ISO_IR 110': 'iso-8859-4' },
  ...{ 'ISO_IR 144': 'iso-8859-5', 'ISO_IR 127': 'iso-8859-6', 'ISO_IR 126': 'iso-8859-7' },
  ...{ 'ISO_IR 138': 'iso-8859-8', 'ISO_IR 166': 'windows-874', GB18030: 'gb18030', GBK: 'gbk' },
  ...{ '\\ISO 2022 IR 87': 'iso-2022-jp', '\\ISO 2022 IR 149': 'euc-kr', '\\ISO 2022 IR 58': 'gbk' },
}

/** The text of an element without its padding; '' where it is absent. */
function decoderOf(dataSet: DicomFile['dataSet']): (tag: string) => string {
  const bytesOf = (tag: string): Uint8Array => {
    const element = dataSet.elements[tag]
    if (element === undefined) return new Uint8Array()
    return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + Math.min(element.length, 1024))
  }
  const trimmed = (value: string): string => value.replace(/[\0 ]+$/, '').replace(/^ +/, '')
  const charset = trimmed(Buffer.from(bytesOf('x00080005')).toString('latin1')).replaceAll(/ *\\ */g, '\\')
  const encoding = ENCODINGS[charset.replace(/^ISO 2022 IR (\d+)$/, 'ISO_IR $1').replace(/^ISO 2022 IR 6\\/, '\\')]
  if (encoding === undefined)
    throw new AppError('malformed_image', 'The character set of the DICOM film is not one that can be copied.')
  const decoder = new TextDecoder(encoding)
  return (tag) => trimmed(decoder.decode(bytesOf(tag)))
}
