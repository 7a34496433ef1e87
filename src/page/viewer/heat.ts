/** From dark red to pale yellow, so that more is brighter for those who see few colours as well. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [70, 12, 34],
  [148, 38, 44],
  [219, 92, 36],
  [247, 166, 56],
  [255, 236, 158],
]

/**
 * Colours a gray heat map in place: `rgba` is uint8[n · 4]. The opacity of a pixel grows with its heat, so that the film
 * stays visible where there is none.
 */
export function colourHeat(rgba: Uint8ClampedArray): void {
  const table = heatTable()
  for (let at = 0; at < rgba.length; at += 4) rgba.set(table.subarray(rgba[at]! * 4, rgba[at]! * 4 + 4), at)
}

/** uint8[256 · 4] */
function heatTable(): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 4)
  for (let value = 0; value < 256; value++) {
    const place = (value / 255) * (STOPS.length - 1)
    const from = Math.min(STOPS.length - 2, Math.floor(place))
    const share = place - from
    const colour = STOPS[from]!.map((channel, index) => channel + (STOPS[from + 1]![index]! - channel) * share)
    table.set([...colour, 255 * Math.min(1, (value / 255) * 1.4)], value * 4)
  }
  return table
}
