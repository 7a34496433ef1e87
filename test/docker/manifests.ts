/** The YAML documents below docker/kubernetes. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

const FOLDER = fileURLToPath(new URL('../../docker/kubernetes', import.meta.url))

export interface Manifest {
  readonly file: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: { readonly name: string }
  readonly spec?: unknown
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly securityContext?: Readonly<Record<string, unknown>>
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } }
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } }
  readonly startupProbe?: { readonly httpGet: { readonly path: string } }
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly terminationGracePeriodSeconds?: number
  readonly volumes?: readonly { readonly name: string }[]
}

export const manifests: readonly Manifest[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.map(String).join('; ')}`)
      return { file, ...(document.toJS() as Omit<Manifest, 'file'>) }
    }),
  )

export function manifest(file: string): Manifest {
  const found = manifests.find((each) => each.file === file)
  if (found === undefined) throw new Error(`There is no ${file}.`)
  return found
}

export function podOf({ spec }: Manifest): PodSpec {
  return (spec as { template: { spec: PodSpec } }).template.spec
}

/** Environment variables of a manifest's containers. */
export function environmentOf(pod: PodSpec): Map<string, string | undefined> {
  return new Map(pod.containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value])))
}
