/**
 * Grayscale Softcopy Presentation State (PS3.3 A.33.1): outlines drawn over the film by the viewer, which can put them away
 * again, in the gray that the film itself asks for.
 */
import { filmReference, objectOf, shortened, type Algorithm } from './derived-object.js'
import type { FilmGray } from './film-gray.js'
import type { SourceFilm } from './source-film.js'
import { writeObject, type Dataset } from './write-object.js'

const PRESENTATION_STATE = '1.2.840.10008.5.1.4.1.1.11.1'
/** Points of one polyline: their floats must fit the 65,534 bytes of a value with a short length (PS3.5 section 7.1.2). */
const MOST_POINTS = 8000
/** CIELab of colours that can be told apart on gray, as PS3.3 C.10.7.1.1 scales it. */
const COLOURS = [
  [43803, 26565, 37722],
  [51118, 20000, 52000],
  [39321, 41120, 20560],
  [60293, 27242, 53199],
] as const

export interface OutlinedSegment {
  /** For people, beside the outline. */
  readonly label: string
  /** What the layer is of: sha256 in hex of the text that was looked for, or the text where the caller wants it in the object. */
  readonly description: string
  /** Closed ways of [x, y] pairs, border pixels by their index; the last joins the first. */
  readonly outlines: readonly Int32Array[]
}

export interface PresentationSource {
  readonly film: SourceFilm
  readonly gray: FilmGray
  readonly algorithm: Algorithm
  readonly size: { readonly width: number; readonly height: number }
  readonly segments: readonly OutlinedSegment[]
}

/** The file of a presentation state: a layer for each segment. */
export function presentationState(source: PresentationSource): Buffer {
  const { film, gray, algorithm, size, segments } = source
  const series = { sopClass: PRESENTATION_STATE, modality: 'PR', description: 'Outlines' } as const
  const made = objectOf(film, algorithm, series)
  const annotations = segments.flatMap((segment, at) => annotationOf(segment, layerName(at)))
  return writeObject({
    ...made,
    ...{ PresentationCreationDate: made['ContentDate']!, PresentationCreationTime: made['ContentTime']! },
    ...{ ContentLabel: 'OUTLINES', ContentDescription: 'AI, preliminary and unverified' },
    ContentCreatorName: 'radserve^service',
    Laterality: '',
    ReferencedSeriesSequence: [{ SeriesInstanceUID: film.series, ReferencedImageSequence: [filmReference(film)] }],
    DisplayedAreaSelectionSequence: [
      {
        DisplayedAreaTopLeftHandCorner: [1, 1],
        DisplayedAreaBottomRightHandCorner: [size.width, size.height],
        PresentationSizeMode: 'SCALE TO FIT',
        PresentationPixelAspectRatio: [1, 1],
      },
    ],
    ...(annotations.length > 0 && { GraphicAnnotationSequence: annotations }),
    GraphicLayerSequence: segments.map(({ description }, at) => ({
      GraphicLayer: layerName(at),
      GraphicLayerOrder: at + 1,
      GraphicLayerRecommendedDisplayCIELabValue: COLOURS[at % COLOURS.length]!,
      GraphicLayerDescription: shortened(description),
    })),
    ...gray,
  })
}

function layerName(at: number): string {
  return `SEGMENT_${at + 1}`
}

/** Nothing where nothing was outlined: an annotation has an object (C.10.5). */
function annotationOf({ label, outlines }: OutlinedSegment, layer: string): Dataset[] {
  const [first] = outlines
  if (first === undefined) return []
  return [
    {
      GraphicLayer: layer,
      GraphicObjectSequence: outlines.flatMap((outline) => polylines(outline)),
      TextObjectSequence: [
        {
          AnchorPointAnnotationUnits: 'PIXEL',
          UnformattedTextValue: label,
          AnchorPoint: pointAt(first, 0),
          AnchorPointVisibility: 'N',
        },
      ],
    },
  ]
}

/** A way that is too long for one polyline is several, each beginning where the one before ends. */
function polylines(outline: Int32Array): Dataset[] {
  const count = outline.length / 2
  const points = Array.from({ length: count + 1 }, (_, at) => pointAt(outline, at % count))
  const parts = Math.ceil(count / (MOST_POINTS - 1))
  return Array.from({ length: parts }, (_, part) => {
    const own = points.slice(part * (MOST_POINTS - 1), (part + 1) * (MOST_POINTS - 1) + 1)
    return {
      GraphicAnnotationUnits: 'PIXEL',
      GraphicDimensions: 2,
      NumberOfGraphicPoints: own.length,
      GraphicData: own.flat(),
      GraphicType: 'POLYLINE',
      GraphicFilled: 'N',
    }
  })
}

/** [column, row]: the centre of a pixel; 0, 0 is the top left corner of the first one (C.10.5.1.2). */
function pointAt(outline: Int32Array, at: number): [number, number] {
  return [outline[2 * at]! + 0.5, outline[2 * at + 1]! + 0.5]
}
