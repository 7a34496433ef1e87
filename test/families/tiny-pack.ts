/** A pack of test/fixtures/packs with onnxruntime called directly: families are tested without an engine. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { Component } from '../../src/families/component.js'
import type { RunComponent } from '../../src/families/family.js'
import { FAMILIES } from '../../src/families/index.js'
import { createManifestReader } from '../../src/store/manifest.js'
import type { DType, NamedTensors, Tensor, TensorData } from '../../src/tensor/tensor.js'
import type { TextSpec } from '../../src/text/spec.js'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'

export const PACKS = resolve(import.meta.dirname, '../fixtures/packs')

export interface RunCall {
  readonly role: string
  readonly feeds: NamedTensors
  readonly outputs: readonly string[] | undefined
}

export interface TinyPack<Spec> {
  readonly folder: string
  readonly model: {
    readonly spec: Spec
    readonly components: Readonly<Record<string, Component>>
    readonly tokenizer: Tokenizer
  }
  readonly run: RunComponent
  /** Every run so far, in order. */
  readonly calls: RunCall[]
}

/** `Spec`: of the pack's family, whose sections the manifest reader has checked. */
export async function openPack<Spec extends { readonly text?: TextSpec }>(name: string): Promise<TinyPack<Spec>> {
  const folder = join(PACKS, name, '1.0.0')
  const manifest = createManifestReader(FAMILIES)(readFileSync(join(folder, 'model.json')))
  const { components } = manifest
  const spec = manifest as unknown as Spec
  if (spec.text === undefined) throw new Error(`${name} reads no texts.`)
  const file = JSON.parse(readFileSync(join(folder, spec.text.tokenizer), 'utf8')) as unknown
  const tokenizer = createTokenizer(file, spec.text, { maxTextCharacters: 10_000 })
  const entries = Object.entries(components).map(
    async ([role, component]) => [role, await openGraph(join(folder, component.file))] as const,
  )
  const sessions = new Map(await Promise.all(entries))
  const calls: RunCall[] = []
  return {
    folder,
    model: { spec, components, tokenizer },
    calls,
    run(role, feeds, outputs) {
      calls.push({ role, feeds, outputs })
      return runGraph(sessions.get(role)!, feeds, outputs)
    },
  }
}

export function openGraph(path: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 })
}

export async function runGraph(
  session: ort.InferenceSession,
  feeds: NamedTensors,
  outputs: readonly string[] = session.outputNames,
): Promise<NamedTensors> {
  const entries = Object.entries(feeds).map(([name, { dtype, dims, data }]) => {
    return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, dims)] as const
  })
  const found = await session.run(Object.fromEntries(entries), outputs)
  return Object.fromEntries(
    Object.entries(found).map(([name, value]): [string, Tensor] => [
      name,
      { dtype: value.type as DType, dims: value.dims, data: value.data as TensorData },
    ]),
  )
}
