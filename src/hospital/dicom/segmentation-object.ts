/** Segmentation Storage (PS3.3 A.51): a segment and a frame for each text, over the pixels of one film. */
import { ARTIFICIAL_INTELLIGENCE, code, codeItem, LUNG, SEGMENTATION, type Code } from './code.js'
import { packFrames } from './pack-frames.js'
import {
  algorithmIdentity,
  algorithmParameters,
  instanceReferences,
  LONGEST_LT,
  modelName,
  objectOf,
  shortened,
  sourceImage,
  type Algorithm,
} from './derived-object.js'
import type { SourceFilm } from './source-film.js'
import { newUid, writeObject, type Dataset } from './write-object.js'

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'
const ABNORMAL_STRUCTURE = code('49755003', 'SCT', 'Morphologically Abnormal Structure')
const LESION = code('52988006', 'SCT', 'Lesion')
/** CIELab of a clear orange, as PS3.3 C.10.7.1.1 scales it. */
const DISPLAY_CIELAB = [43803, 26565, 37722]
const REFERENCED_SEGMENT_NUMBER = 0x0062000b
const SEGMENT_IDENTIFICATION = 0x0062000a

/** What a segment is (PS3.3 C.8.20.4). */
export interface SegmentCoding {
  readonly category: Code
  readonly type: Code
  readonly type_modifiers?: readonly Code[]
  readonly anatomic_region?: Code
}

/** Of a pack that does not say what it outlines: the anomaly that a text speaks of, in a lung. */
const UNSAID: SegmentCoding = { category: ABNORMAL_STRUCTURE, type: LESION, anatomic_region: LUNG }

export interface ObjectSegment {
  /** For people, in viewers' lists. */
  readonly label: string
  readonly coding?: SegmentCoding
  /** sha256 in hex of the text that was looked for, or the text itself where the caller wants it in the object. */
  readonly description: string
  readonly threshold: number
  /** BINARY: 1 bit a pixel, the first pixel lowest. FRACTIONAL: uint8[height, width], probability · 255. */
  readonly frame: Uint8Array
}

export interface SegmentationSource {
  readonly film: SourceFilm
  readonly algorithm: Algorithm
  readonly size: { readonly width: number; readonly height: number }
  readonly kind: 'BINARY' | 'FRACTIONAL'
  readonly segments: readonly ObjectSegment[]
}

/** The file of a Segmentation object. All segments have the size of the film. */
export function segmentationObject(source: SegmentationSource): Buffer {
  const { film, algorithm, kind, size, segments } = source
  const dimensions = newUid()
  const series = { sopClass: SEGMENTATION_STORAGE, modality: 'SEG', description: 'Segmentation' } as const
  const dataset: Dataset = {
    ...objectOf(film, algorithm, series),
    ...instanceReferences(film),
    ...pixelModule(source),
    ...{ ContentLabel: 'SEGMENTATION', ContentDescription: 'Preliminary and unverified' },
    ContentCreatorName: 'radserve^service',
    PatientOrientation: film.orientation.length === 2 ? film.orientation : '',
    SegmentSequence: segments.map((segment, at) => segmentItem(source, segment, at + 1)),
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimensions }],
    DimensionIndexSequence: [
      {
        DimensionOrganizationUID: dimensions,
        DimensionIndexPointer: REFERENCED_SEGMENT_NUMBER,
        FunctionalGroupPointer: SEGMENT_IDENTIFICATION,
        DimensionDescriptionLabel: 'Segment',
      },
    ],
    SharedFunctionalGroupsSequence: [{}],
    PerFrameFunctionalGroupsSequence: segments.map((_, at) => ({
      FrameContentSequence: [{ DimensionIndexValues: [at + 1] }],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: at + 1 }],
      // Of each frame, though it is the same for all: readers look for it here.
      DerivationImageSequence: [
        { DerivationCodeSequence: [codeItem(SEGMENTATION)], SourceImageSequence: [sourceImage(film)] },
      ],
    })),
  }
  const frames = segments.map(({ frame }) => frame)
  return writeObject(dataset, { vr: 'OB', bytes: packFrames(frames, size.width * size.height, kind) })
}

function pixelModule({ kind, size, segments }: SegmentationSource): Dataset {
  const bits = kind === 'BINARY' ? 1 : 8
  return {
    ImageType: ['DERIVED', 'PRIMARY'],
    ...{ SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', PixelRepresentation: 0 },
    ...{ NumberOfFrames: segments.length, Rows: size.height, Columns: size.width },
    ...{ BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1 },
    ...{ LossyImageCompression: '00', BurnedInAnnotation: 'NO' },
    SegmentationType: kind,
    ...(kind === 'FRACTIONAL' && { SegmentationFractionalType: 'PROBABILITY', MaximumFractionalValue: 255 }),
  }
}

function segmentItem({ algorithm, kind }: SegmentationSource, segment: ObjectSegment, number: number): Dataset {
  const { label, coding = UNSAID, description, threshold } = segment
  const parameters = algorithmParameters(algorithm, {
    longest: LONGEST_LT,
    ...(kind === 'BINARY' && { more: { threshold: String(threshold) } }),
  })
  return {
    SegmentNumber: number,
    SegmentLabel: shortened(label),
    SegmentDescription: description,
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: modelName(algorithm),
    SegmentationAlgorithmIdentificationSequence: [
      algorithmIdentity(algorithm, codeItem(ARTIFICIAL_INTELLIGENCE), parameters),
    ],
    ...codesOf(coding),
    TrackingID: `Segment ${number}`,
    TrackingUID: newUid(),
    RecommendedDisplayCIELabValue: DISPLAY_CIELAB,
  }
}

function codesOf({ category, type, type_modifiers: modifiers, anatomic_region: region }: SegmentCoding): Dataset {
  return {
    SegmentedPropertyCategoryCodeSequence: [codeItem(category)],
    SegmentedPropertyTypeCodeSequence: [
      {
        ...codeItem(type),
        ...(modifiers && { SegmentedPropertyTypeModifierCodeSequence: modifiers.map(codeItem) }),
      },
    ],
    ...(region && { AnatomicRegionSequence: [codeItem(region)] }),
  }
}
