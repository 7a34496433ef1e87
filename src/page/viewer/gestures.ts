import { useMemo } from 'preact/hooks'
import { dragWindow } from './gray-window.js'
import { strokeTool } from './layers.js'
import { pan, zoomAt, type Size } from './placement.js'
import { grayWindow, isInverted, placement, resetView } from './view-state.js'

const ZOOM_STEP = 1.25
const PAN_STEP_PX = 40
const WINDOW_STEP_PX = 12

export interface Gestures {
  onPointerDown(event: PointerEvent): void
  onPointerMove(event: PointerEvent): void
  onPointerUp(event: PointerEvent): void
  onWheel(event: WheelEvent): void
  onKeyDown(event: KeyboardEvent): void
}

/** Dragging sets the gray window, or strokes; with shift, the middle button or two fingers it moves the film. */
export function useGestures(): Gestures {
  return useMemo(createGestures, [])
}

type Drag = 'window' | 'pan' | 'stroke'

function createGestures(): Gestures {
  const fingers = new Map<number, { x: number; y: number }>()
  let drag: Drag = 'window'

  return {
    onPointerDown(event) {
      const frame = event.currentTarget as HTMLElement
      frame.setPointerCapture(event.pointerId)
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
      const isPan = event.shiftKey || event.button === 1 || fingers.size > 1
      drag = isPan ? 'pan' : strokeTool.value === undefined ? 'window' : 'stroke'
      if (drag === 'stroke') stroke(event, 'start')
    },
    onPointerMove(event) {
      const last = fingers.get(event.pointerId)
      if (last === undefined) return
      const dx = event.clientX - last.x
      const dy = event.clientY - last.y
      if (fingers.size === 2) pinch(event, fingers)
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY })
      if (drag === 'stroke') stroke(event, 'move')
      else if (drag === 'window') grayWindow.value = dragWindow(grayWindow.value, dx, dy)
      else placement.value = pan(placement.value, dx / fingers.size, dy / fingers.size, sizeOf(event))
    },
    onPointerUp(event) {
      if (fingers.delete(event.pointerId) && drag === 'stroke') stroke(event, 'end')
    },
    onWheel(event) {
      event.preventDefault()
      placement.value = zoomAt(placement.value, Math.exp(-event.deltaY / 500), fromMiddle(event))
    },
    onKeyDown,
  }
}

function stroke(event: PointerEvent, phase: 'start' | 'move' | 'end'): void {
  const film = (event.currentTarget as HTMLElement).querySelector('.film')?.getBoundingClientRect()
  if (film === undefined) return
  const point = { x: (event.clientX - film.left) / film.width, y: (event.clientY - film.top) / film.height }
  strokeTool.value?.onStroke(point, phase)
}

function pinch(event: PointerEvent, fingers: ReadonlyMap<number, { x: number; y: number }>): void {
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
  const last = fingers.get(event.pointerId)
  if (other === undefined || last === undefined) return
  const before = Math.hypot(last.x - other.x, last.y - other.y)
  const after = Math.hypot(event.clientX - other.x, event.clientY - other.y)
  if (before > 0) placement.value = zoomAt(placement.value, after / before, fromMiddle(event))
}

function sizeOf(event: Event): Size {
  const { clientWidth: width, clientHeight: height } = event.currentTarget as HTMLElement
  return { width, height }
}

function fromMiddle(event: MouseEvent): { x: number; y: number } {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
}

export function zoomBy(factor: 1 | -1): void {
  placement.value = zoomAt(placement.value, ZOOM_STEP ** factor, { x: 0, y: 0 })
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const arrow = ARROWS[event.key]
  if (arrow !== undefined) {
    const [dx, dy] = arrow
    if (event.shiftKey) grayWindow.value = dragWindow(grayWindow.value, dx * WINDOW_STEP_PX, dy * WINDOW_STEP_PX)
    else placement.value = pan(placement.value, -dx * PAN_STEP_PX, -dy * PAN_STEP_PX, sizeOf(event))
  } else if (event.key === '+' || event.key === '=') zoomBy(1)
  else if (event.key === '-') zoomBy(-1)
  else if (event.key === 'i') isInverted.value = !isInverted.value
  else if (event.key === '0') resetView()
  else return
  event.preventDefault()
}
