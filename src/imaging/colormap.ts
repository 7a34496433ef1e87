/**
 * The colours of heat maps, from cold to hot. Lightness (CIE L*) rises evenly along the table, so that the map keeps its
 * order when it is printed in gray or seen without red and green; own values, chosen for that.
 */

/** Anchors at equal distances, as [red, green, blue]. */
const ANCHORS: readonly (readonly [number, number, number])[] = [
  [0, 0, 6],
  [32, 10, 68],
  [75, 14, 108],
  [120, 28, 110],
  [165, 46, 96],
  [206, 68, 70],
  [237, 105, 37],
  [250, 156, 12],
  [247, 208, 64],
  [252, 252, 166],
]

/** uint8[256, 3]: the colour of each of 256 steps from cold to hot. */
export const HEAT_COLOURS: Uint8Array = interpolateAnchors()

function interpolateAnchors(): Uint8Array {
  const colours = new Uint8Array(256 * 3)
  for (let step = 0; step < 256; step++) {
    const at = (step / 255) * (ANCHORS.length - 1)
    const first = Math.min(Math.floor(at), ANCHORS.length - 2)
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [ANCHORS[first]![channel]!, ANCHORS[first + 1]![channel]!]
      colours[step * 3 + channel] = Math.round(a + (b - a) * (at - first))
    }
  }
  return colours
}
