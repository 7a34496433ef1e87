import type { TimestepSpacing } from './spec.js'

export interface Spacing {
  readonly timestep_spacing: TimestepSpacing
  readonly steps_offset: number
}

/** Descending whole timesteps (Lin et al. 2023, 2305.08891, table 2), as DDIM and PNDM take them. */
export function wholeTimesteps(spacing: Spacing, trainSteps: number, steps: number): number[] {
  return spaced(spacing, trainSteps, steps).map(roundHalfEven)
}

/** The same, with the fractions that `linspace` has, in float32. */
export function fractionalTimesteps(spacing: Spacing, trainSteps: number, steps: number): number[] {
  return spaced(spacing, trainSteps, steps).map(Math.fround)
}

function spaced({ timestep_spacing, steps_offset }: Spacing, trainSteps: number, steps: number): number[] {
  switch (timestep_spacing) {
    case 'linspace':
      return linspace(0, trainSteps - 1, steps).reverse()
    case 'leading':
      return leading(Math.floor(trainSteps / steps), steps, steps_offset).reverse()
    case 'trailing':
      return trailing(trainSteps, trainSteps / steps)
  }
}

/**
 * Descending whole timesteps for solvers that end one interval before the clean sample: one more than `steps` are spaced
 * over the timesteps below `end`, and the last is left out. `trailing` gives fewer than `steps` where `end` is below
 * `trainSteps`.
 */
export function solverTimesteps(spacing: Spacing, trainSteps: number, end: number, steps: number): number[] {
  switch (spacing.timestep_spacing) {
    case 'linspace':
      return linspace(0, end - 1, steps + 1)
        .map(roundHalfEven)
        .reverse()
        .slice(0, -1)
    case 'leading':
      return leading(Math.floor(end / (steps + 1)), steps + 1, spacing.steps_offset)
        .reverse()
        .slice(0, -1)
    case 'trailing':
      return trailing(end, trainSteps / steps)
  }
}

function leading(stride: number, count: number, offset: number): number[] {
  return Array.from({ length: count }, (_, at) => at * stride + offset)
}

/** The reference has one timestep more, −1, at some counts of steps whose stride is no exact float; it is left out here. */
function trailing(end: number, stride: number): number[] {
  const second = end - stride
  const count = Math.ceil(end / stride)
  return Array.from({ length: count }, (_, at) => roundHalfEven(end + at * (second - end)) - 1).filter((t) => t >= 0)
}

export function linspace(from: number, to: number, count: number): number[] {
  if (count === 1) return [from]
  const step = (to - from) / (count - 1)
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? to : at * step + from))
}

export function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
