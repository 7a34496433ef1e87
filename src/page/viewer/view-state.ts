import { signal } from '@preact/signals'
import { FULL_WINDOW, type GrayWindow } from './gray-window.js'
import { WHOLE, type Placement } from './placement.js'

/** Both panes are seen in the same way, so that they can be compared. */
export const grayWindow = signal<GrayWindow>(FULL_WINDOW)
export const isInverted = signal(false)
export const placement = signal<Placement>(WHOLE)
export const isSideBySide = signal(false)
export const isLayerShown = signal(true)

/** Whose preparation is shown beside the film: of this model, or of the default model of the task. */
export interface Preparation {
  readonly model: string | undefined
  readonly task: string
}

export const preparedFor = signal<Preparation>({ model: undefined, task: 'classifications' })

export function resetView(): void {
  grayWindow.value = FULL_WINDOW
  isInverted.value = false
  placement.value = WHOLE
}
