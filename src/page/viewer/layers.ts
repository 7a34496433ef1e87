import { signal } from '@preact/signals'

/** What lies over a film. Pictures have the film's proportions and cover it wholly. */
export type Layer =
  /** A gray heat map, coloured here: black is nothing, white the most. */
  | { readonly kind: 'heat'; readonly picture: Blob; readonly title: string }
  /** A picture with its own colours and transparency. */
  | { readonly kind: 'picture'; readonly picture: Blob; readonly title: string }
  /** Closed lines in pixels of the original film, whose size is given. */
  | {
      readonly kind: 'outlines'
      readonly title: string
      readonly width: number
      readonly height: number
      readonly outlines: readonly Outline[]
    }

export interface Outline {
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Which of the eight colours of structures. */
  readonly colour: number
}

/** Of the selected film. Whoever sets them takes them away again. */
export const layers = signal<readonly Layer[]>([])
/** 0 to 1. */
export const layerOpacity = signal(0.6)

/** Takes the drags on the film in place of the gray window, as a brush does; points are shares of the film, 0 to 1. */
export interface StrokeTool {
  readonly title: string
  onStroke(point: { readonly x: number; readonly y: number }, phase: 'start' | 'move' | 'end'): void
}

export const strokeTool = signal<StrokeTool | undefined>(undefined)
