import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'
import type { Component, PackFile } from '../families/component.js'
import { mergeSymbol } from '../families/tensor-specs.js'
import { sha256Of, verifyFile } from './checksum.js'
import type { Graph } from './graph.js'
import type { Manifest, ManifestReader } from './manifest.js'

/** Rows a run may hold when the manifest does not say. */
export const DEFAULT_MAX_BATCH = 32

/** A pack whose manifest has been read; its files have not been looked at yet. */
export interface Pack {
  readonly folder: string
  readonly manifest: Manifest
  /** sha256 of `model.json`, which holds the digest of every other file. */
  readonly digest: string
  /** Unix time in milliseconds: the manifest's `created`, or where it has none, when `model.json` was written here. */
  readonly createdMs: number
}

/** Reads the manifest of a folder; throws `model_invalid`. */
export async function readPack(folder: string, readManifest: ManifestReader): Promise<Pack> {
  const file = join(folder, 'model.json')
  const [bytes, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]).catch((cause: unknown) => {
    throw new AppError('model_invalid', 'The pack has no model.json that can be read.', { cause })
  })
  const manifest = readManifest(bytes)
  const createdMs = manifest.created === undefined ? mtimeMs : Date.parse(manifest.created)
  return { folder, manifest, digest: sha256Of(bytes), createdMs }
}

/** `name@version`, the pack's key everywhere. */
export function packId(pack: Pack): string {
  return `${pack.manifest.name}@${pack.manifest.version}`
}

export function packFiles(manifest: Manifest): PackFile[] {
  const graphs = Object.values(manifest.components).flatMap((component) => [
    component,
    ...(component.external_data ?? []),
  ])
  return [...graphs, ...manifest.files].map(({ file, sha256, bytes }) => ({ file, sha256, bytes }))
}

/** Checks size and digest of every file that the manifest names; throws `model_invalid`, naming the first that differs. */
export async function verifyPack(pack: Pack, signal?: AbortSignal): Promise<void> {
  for (const file of packFiles(pack.manifest)) await verifyFile(pack.folder, file, signal)
}

/** As `verifyPack`, of everything beside the graphs. */
export async function verifyOtherFiles(pack: Pack, signal: AbortSignal): Promise<void> {
  for (const file of pack.manifest.files) await verifyFile(pack.folder, file, signal)
}

/** As `verifyPack`, of the graph of one role and its weights. */
export async function verifyGraph(pack: Pack, role: string, signal: AbortSignal): Promise<void> {
  const component = pack.manifest.components[role]
  if (component === undefined) throw new AppError('internal', `The pack has no graph ${role}. This is a bug.`)
  for (const file of [component, ...(component.external_data ?? [])]) await verifyFile(pack.folder, file, signal)
}

/** A JSON or text file of the pack; throws `model_invalid` unless the manifest lists it. */
export async function readPackFile(pack: Pack, file: string): Promise<Uint8Array> {
  const listed = pack.manifest.files.find((entry) => entry.file === file)
  if (listed === undefined)
    throw new AppError('model_invalid', `The manifest uses ${file} but does not list it in files.`)
  const bytes = await readFile(join(pack.folder, file)).catch((cause: unknown) => {
    throw new AppError('model_invalid', `The pack lacks its file ${file}.`, { cause })
  })
  if (sha256Of(bytes) !== listed.sha256)
    throw new AppError('model_invalid', `The sha256 of ${file} differs from the manifest's.`)
  return bytes
}

/** The pack's graphs by role, as the engine takes them. */
export function packGraphs(pack: Pack): Record<string, Graph> {
  const entries = Object.entries(pack.manifest.components)
  return Object.fromEntries(entries.map(([role, component]) => [role, graphOf(pack.folder, component)]))
}

function graphOf(folder: string, component: Component): Graph {
  const weights = component.external_data ?? []
  return {
    digest: graphDigest(component),
    path: join(folder, component.file),
    bytes: weights.reduce((sum, file) => sum + file.bytes, component.bytes),
    insideBytes: component.bytes,
    inputs: component.inputs,
    outputs: component.outputs,
    rowSymbol: mergeSymbol(component),
    maxBatch: component.max_batch ?? DEFAULT_MAX_BATCH,
    replicas: component.replicas,
  }
}

/** The file's own digest; with weights beside it, a digest over all of them and their names, which the graph refers to. */
function graphDigest(component: Component): string {
  const weights = component.external_data ?? []
  if (weights.length === 0) return component.sha256
  const hash = createHash('sha256').update(component.sha256)
  for (const { file, sha256 } of weights) hash.update(`\n${file} ${sha256}`)
  return hash.digest('hex')
}
