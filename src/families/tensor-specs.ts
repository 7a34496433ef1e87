/** What the specs of a graph's tensors say together. Lanes read this too, so it needs no schema. */
import type { GraphIo, TensorSpec } from './component.js'

/**
 * The symbol along which runs of the component can be merged: the first dim that every input and every output shares.
 * `undefined` where there is none (a similarity of images × texts, say): each run then goes alone.
 */
export function rowSymbol(component: GraphIo): string | undefined {
  const firsts = [...component.inputs, ...component.outputs].map((spec) => spec.dims[0])
  const [symbol] = firsts
  return typeof symbol === 'string' && firsts.every((first) => first === symbol) ? symbol : undefined
}

/**
 * As `rowSymbol`, but some inputs may have sizes only, such as a diffusion's timestep of dims `[]` or `[1]`. Those are
 * shared: fed once for all rows of a run. An input that has symbols, but begins with another one, gives `undefined`.
 */
export function mergeSymbol({ inputs, outputs }: GraphIo): string | undefined {
  const carrying = inputs.filter(({ dims }) => dims.some((dim) => typeof dim === 'string'))
  return carrying.length === 0 ? undefined : rowSymbol({ inputs: carrying, outputs })
}

/** The only tensor of this kind among the specs, or `undefined`. */
export function specOfKind(specs: readonly TensorSpec[], kind: string): TensorSpec | undefined {
  return specs.find((spec) => spec.kind === kind)
}
