/**
 * The weights of UniPC (Zhao et al. 2023, 2302.04867, equation 5 and theorem 3.1) for a step of `h` over lambda, negative
 * where the clean sample is solved for. `ratios` are the earlier calls' distances over h.
 *
 * `integral` is e^h − 1; `shares` those of the differences of the earlier outputs, and of the one ahead, from the newest,
 * with the function B(h) and the distance in them.
 */
export function unipcShares(
  h: number,
  ratios: readonly number[],
  solver: string,
  isAhead: boolean,
): { readonly integral: number; readonly shares: readonly number[] } {
  const integral = Math.expm1(h)
  const scale = solver === 'bh1' ? h : integral
  const nodes = isAhead ? [...ratios, 1] : ratios
  const isSimple = nodes.length === 1
  const weights = isSimple ? [0.5] : solve(nodes, moments(h, scale, nodes.length))
  return { integral, shares: nodes.map((node, at) => (scale * weights[at]!) / node) }
}

/** φ-functions over B(h): what the differences of each power have to make up. */
function moments(h: number, scale: number, count: number): number[] {
  const found: number[] = []
  let phi = Math.expm1(h) / h - 1
  let factorial = 1
  for (let power = 1; power <= count; power++) {
    found.push((phi * factorial) / scale)
    factorial *= power + 1
    phi = phi / h - 1 / factorial
  }
  return found
}

/** Weights w with Σ w node^k = moment k, for one to three nodes (a Vandermonde system, by elimination). */
function solve(nodes: readonly number[], moments: readonly number[]): number[] {
  const rows = moments.map((moment, power) => [...nodes.map((node) => node ** power), moment])
  for (let at = 0; at < nodes.length; at++) {
    const pivot = rows[at]!
    for (const row of rows.slice(at + 1)) subtract(row, pivot, row[at]! / pivot[at]!)
  }
  for (let at = nodes.length - 1; at >= 0; at--) {
    const pivot = rows[at]!
    for (const row of rows.slice(0, at)) subtract(row, pivot, row[at]! / pivot[at]!)
  }
  return rows.map((row, at) => row[nodes.length]! / row[at]!)
}

function subtract(row: number[], pivot: readonly number[], factor: number): void {
  pivot.forEach((value, at) => (row[at]! -= factor * value))
}
