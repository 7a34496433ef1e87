/** How a film asks to be shown, in the words of a presentation state (PS3.3 C.11.1, C.11.6, C.11.8). */
import { parseDicom, type DicomFile } from '../../imaging/dicom/dataset.js'
import { firstItem, optionalShort, textOf } from '../../imaging/dicom/elements.js'
import { readLookupTable, type LookupTable } from '../../imaging/dicom/lookup-table.js'
import { MAX_DATA_SET_BYTES } from './source-film.js'
import type { Dataset } from './write-object.js'

/** Attributes of the modules Modality LUT, Softcopy VOI LUT and Softcopy Presentation LUT, by keyword. */
export type FilmGray = Dataset

type DataSet = DicomFile['dataSet']

/** Of several tables or windows the first, a table before a window, as the pixels are read. Throws what `parseDicom` throws. */
export function readFilmGray(film: Uint8Array): FilmGray {
  const { dataSet } = parseDicom(film, { dataSetBytes: MAX_DATA_SET_BYTES })
  const isSigned = optionalShort(dataSet, 'x00280103') === 1
  const modality = readLookupTable(dataSet, 'x00283000', isSigned)
  const isRescaledSigned = modality === undefined && (isSigned || Number(textOf(dataSet, 'x00281052') ?? 0) < 0)
  const values = readLookupTable(dataSet, 'x00283010', isRescaledSigned)
  const voi = values === undefined ? windowOf(dataSet) : { VOILUTSequence: [tableItem(widened(values))] }
  // A presentation state looks past MONOCHROME1: what is to be turned around it says itself.
  const isInverse = textOf(dataSet, 'x20500020') === 'INVERSE' || textOf(dataSet, 'x00280004') === 'MONOCHROME1'
  return {
    ...(modality === undefined ? rescaleOf(dataSet) : { ModalityLUTSequence: [modalityItem(dataSet, modality)] }),
    ...(voi && { SoftcopyVOILUTSequence: [voi] }),
    PresentationLUTShape: isInverse ? 'INVERSE' : 'IDENTITY',
  }
}

/** What modality values are of, as far as PS3.3 C.11.1.1.2 defines it for films; anything else is unspecified. */
function unitOf(dataSet: DataSet | undefined, tag: string): string {
  return (dataSet && textOf(dataSet, tag)) === 'OD' ? 'OD' : 'US'
}

/** The first value of a decimal string, as it stands; `undefined` for what is none. */
function decimalOf(dataSet: DataSet, tag: string): string | undefined {
  const text = textOf(dataSet, tag)
  return text !== undefined && /^[-+0-9.eE]{1,16}$/.test(text) && Number.isFinite(Number(text)) ? text : undefined
}

function rescaleOf(dataSet: DataSet): Dataset {
  const [intercept, slope] = [decimalOf(dataSet, 'x00281052'), decimalOf(dataSet, 'x00281053')]
  if (intercept === undefined || slope === undefined) return {}
  return { RescaleIntercept: intercept, RescaleSlope: slope, RescaleType: unitOf(dataSet, 'x00281054') }
}

function windowOf(dataSet: DataSet): Dataset | undefined {
  const [center, width] = [decimalOf(dataSet, 'x00281050'), decimalOf(dataSet, 'x00281051')]
  if (center === undefined || width === undefined) return undefined
  const said = textOf(dataSet, 'x00281056')
  const shape = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'].find((known) => known === said)
  return { WindowCenter: center, WindowWidth: width, ...(shape !== undefined && { VOILUTFunction: shape }) }
}

function modalityItem(dataSet: DataSet, table: LookupTable): Dataset {
  return { ...tableItem(table), ModalityLUTType: unitOf(firstItem(dataSet, 'x00283000'), 'x00283004') }
}

/** Presentation states have entries of 8 or 16 bits; what a table of values of interest gives is a share of its range. */
function widened({ first, entries, bits }: LookupTable): LookupTable {
  const scale = 65_535 / (2 ** bits - 1)
  return { first, entries: entries.map((value) => Math.round(value * scale)), bits: 16 }
}

function tableItem({ first, entries }: LookupTable): Dataset {
  const isSigned = first < 0
  // 0 is 65,536; a signed descriptor has counts beyond its range as the same 16 bits.
  const count = isSigned ? Int16Array.of(entries.length)[0]! : entries.length % 65_536
  return {
    LUTDescriptor: [count, first, 16],
    LUTData: [entries.slice().buffer],
    _vrMap: { LUTDescriptor: isSigned ? 'SS' : 'US', LUTData: 'OW' },
  }
}
