interface Props {
  /** Oldest first; undefined where nothing was measured. */
  readonly values: readonly (number | undefined)[]
  /** As many as fit. */
  readonly length: number
}

const WIDTH = 240
const HEIGHT = 44

/** The last minutes of one number, from 0 to its greatest. It is told in words beside it. */
export function Spark({ values, length }: Props) {
  const greatest = Math.max(...values.map((value) => value ?? 0), Number.EPSILON)
  const step = WIDTH / (length - 1)
  const start = WIDTH - (values.length - 1) * step
  const points = values.flatMap((value, at) =>
    value === undefined ? [] : [`${start + at * step},${HEIGHT - 2 - (value / greatest) * (HEIGHT - 6)}`],
  )
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" y1={HEIGHT - 1} x2={WIDTH} y2={HEIGHT - 1} class="spark-ground" vector-effect="non-scaling-stroke" />
      <polyline points={points.join(' ')} class="spark-line" vector-effect="non-scaling-stroke" />
    </svg>
  )
}
