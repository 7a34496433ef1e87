/** Secondary Capture (PS3.3 A.8): pictures about a film, and pictures of nobody that a model made. */
import {
  algorithmParameters,
  instanceReferences,
  LONGEST_ST,
  objectOf,
  seriesOf,
  sourceImage,
  type Algorithm,
} from './derived-object.js'
import type { SourceFilm } from './source-film.js'
import { newUid, writeObject, type Dataset } from './write-object.js'

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'
const SYNTHETIC_NOTE = 'SYNTHETIC, made by a model; '

/** Row by row, channels interleaved, over the full range of its type. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array | Uint16Array
}

export interface OverlaySource {
  readonly film: SourceFilm
  readonly algorithm: Algorithm
  readonly description: 'Overlay' | 'Heat map'
  readonly pixels: Pixels
}

/** A picture for people to look at; what is drawn into it cannot be taken out, so it is burned in. */
export function overlayObject({ film, algorithm, description, pixels }: OverlaySource): Buffer {
  const series = { sopClass: SECONDARY_CAPTURE, modality: 'OT', description } as const
  const dataset: Dataset = {
    ...objectOf(film, algorithm, series),
    ...pixelModule(pixels),
    ...{ ConversionType: 'WSD', BurnedInAnnotation: 'YES', Laterality: '' },
    PatientOrientation: film.orientation.length === 2 ? film.orientation : '',
    DerivationDescription: algorithmParameters(algorithm, { longest: LONGEST_ST }),
    SourceImageSequence: [sourceImage(film)],
    ...instanceReferences(film),
  }
  return writeObject(dataset, bytesOf(pixels))
}

export interface SyntheticPicture {
  readonly algorithm: Algorithm
  readonly pixels: Pixels
  /** In words: a seed, an IPTC term; never a prompt, which may name somebody. */
  readonly parameters: Readonly<Record<string, string>>
  readonly hasBanner: boolean
}

/** Of no patient and of a study of its own, even where it was made out of a patient's film. */
export function syntheticObject({ algorithm, pixels, parameters, hasBanner }: SyntheticPicture): Buffer {
  const series = { sopClass: SECONDARY_CAPTURE, modality: 'OT', description: 'SYNTHETIC image' } as const
  const made = seriesOf(algorithm, series)
  const dataset: Dataset = {
    ...made,
    ...{ PatientName: 'SYNTHETIC^IMAGE', PatientID: 'SYNTHETIC', PatientBirthDate: '', PatientSex: '' },
    ...{ StudyInstanceUID: newUid(), StudyDate: made['ContentDate']!, StudyTime: made['ContentTime']! },
    ...{ StudyID: '', AccessionNumber: '', ReferringPhysicianName: '' },
    ...pixelModule(pixels),
    SyntheticData: 'YES',
    ...{ ConversionType: 'SYN', BurnedInAnnotation: hasBanner ? 'YES' : 'NO', PatientOrientation: '' },
    BodyPartExamined: 'CHEST',
    DerivationDescription: `${SYNTHETIC_NOTE}${algorithmParameters(algorithm, {
      more: parameters,
      longest: LONGEST_ST - SYNTHETIC_NOTE.length,
    })}`,
  }
  return writeObject(dataset, bytesOf(pixels))
}

function pixelModule({ width, height, channels, data }: Pixels): Dataset {
  const bits = data.BYTES_PER_ELEMENT * 8
  return {
    ImageType: ['DERIVED', 'SECONDARY'],
    ...{ Rows: height, Columns: width, SamplesPerPixel: channels, PixelRepresentation: 0 },
    ...(channels === 3
      ? { PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 }
      : { PhotometricInterpretation: 'MONOCHROME2' }),
    ...{ BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1 },
  }
}

function bytesOf({ data }: Pixels) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { vr: data.BYTES_PER_ELEMENT === 1 ? 'OB' : 'OW', bytes } as const
}
