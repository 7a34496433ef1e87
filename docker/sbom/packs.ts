import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SPDX } from '@cyclonedx/cyclonedx-library'
import type { Manifest } from '../../src/store/manifest.js'
import type { Component, LicenceChoice } from './component.js'

/** Every pack of a store as a model with its files, their digests as the pack gives them, and its licences: the ML-BOM. */
export function packComponents(store: string): Component[] {
  return folders(store).flatMap((name) =>
    folders(join(store, name)).flatMap((version) => {
      const path = join(store, name, version, 'model.json')
      return existsSync(path) ? [packComponent(readFileSync(path))] : []
    }),
  )
}

function packComponent(bytes: Buffer): Component {
  const manifest = JSON.parse(bytes.toString('utf8')) as Manifest
  const ref = `pack:${manifest.name}@${manifest.version}`
  const files = [...Object.values(manifest.components), ...manifest.files]
  const { weights, data, gated, commercial_use, attributions = [] } = manifest.licence
  return {
    type: 'machine-learning-model',
    'bom-ref': ref,
    name: manifest.name,
    version: manifest.version,
    description: manifest.title,
    // The manifest holds the digest of every other file, so that its own speaks for the whole pack.
    hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(bytes).digest('hex') }],
    licenses: [licence(weights)],
    modelCard: modelCard(manifest),
    properties: [
      { name: 'radserve:licence:data', value: data ?? 'not said' },
      { name: 'radserve:licence:gated', value: String(gated) },
      { name: 'radserve:licence:commercial_use', value: String(commercial_use) },
      ...attributions.map((value) => ({ name: 'radserve:licence:attribution', value })),
    ],
    components: uniqueBy(files, ({ file }) => file).map(({ file, sha256 }) => ({
      type: 'file',
      'bom-ref': `${ref}/${file}`,
      name: file,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
    })),
  }
}

function modelCard({ tasks, family, intended_use, not_for, limitations, evaluation }: Manifest): object {
  return {
    modelParameters: { task: tasks.join(', '), architectureFamily: family },
    quantitativeAnalysis: {
      performanceMetrics: evaluation.map(({ data, split, n, metric, value, interval }) => ({
        type: metric,
        value: String(value),
        slice: `${data}, ${split}, n = ${n}`,
        ...(interval && { confidenceInterval: { lowerBound: String(interval[0]), upperBound: String(interval[1]) } }),
      })),
    },
    considerations: { useCases: [intended_use, `Not for: ${not_for}`], technicalLimitations: limitations },
  }
}

function licence(text: string): LicenceChoice {
  return { license: SPDX.isSupportedSpdxId(text) ? { id: text } : { name: text } }
}

function folders(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

function uniqueBy<Value>(values: readonly Value[], key: (value: Value) => string): Value[] {
  return [...new Map(values.map((value) => [key(value), value])).values()]
}
