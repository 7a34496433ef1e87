import { AppError } from '../errors.js'
import { tensor, type NamedTensors, type Tensor } from '../tensor/tensor.js'
import type { Component, GraphIo } from './component.js'
import { specOfKind } from './tensor-specs.js'

/** The component in a role; `faults()` made sure that what a task needs is there. */
export function componentOf(
  model: { readonly components: Readonly<Record<string, Component>> },
  role: string,
): Component {
  const component = model.components[role]
  if (component === undefined) throw new AppError('internal', `The pack has no ${role}. This is a bug.`)
  return component
}

/** Names tensors as the graph does, by their kinds; kinds that the graph does not take are left out. */
export function feedsByKind(component: GraphIo, byKind: NamedTensors): NamedTensors {
  const entries = component.inputs.map(({ name, kind }) => {
    const value = byKind[kind]
    if (value === undefined) throw new AppError('model_invalid', `No tensor of kind ${kind} can be fed.`)
    return [name, value] as const
  })
  return Object.fromEntries(entries)
}

/** The graph's names of these kinds of outputs; throws `model_invalid` when one is missing. */
export function outputNames(component: GraphIo, kinds: readonly string[]): string[] {
  return kinds.map((kind) => {
    const spec = specOfKind(component.outputs, kind)
    if (spec === undefined) throw new AppError('model_invalid', `The graph has no output of kind ${kind}.`)
    return spec.name
  })
}

/** Outputs by kind instead of by the graph's own names. */
export function outputsByKind(component: GraphIo, outputs: NamedTensors): NamedTensors {
  const entries = component.outputs.flatMap(({ name, kind }) => {
    const value = outputs[name]
    return value === undefined ? [] : [[kind, value] as const]
  })
  return Object.fromEntries(entries)
}

export function kindOf(outputs: NamedTensors, kind: string): Tensor {
  const value = outputs[kind]
  if (value === undefined) throw new AppError('internal', `A run gave no output of kind ${kind}. This is a bug.`)
  return value
}

export function hasOutput(component: GraphIo | undefined, kind: string): boolean {
  return component !== undefined && specOfKind(component.outputs, kind) !== undefined
}

export function hasInput(component: GraphIo | undefined, kind: string): boolean {
  return component !== undefined && specOfKind(component.inputs, kind) !== undefined
}

export function floats(dims: readonly number[], data: Float32Array<ArrayBuffer>): Tensor {
  return tensor('float32', dims, data)
}
