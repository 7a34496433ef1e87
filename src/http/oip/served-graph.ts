import { AppError } from '../../errors.js'
import type { Catalogue, ModelCard } from '../../flows/catalogue.js'
import type { Component } from '../../families/component.js'

/** A graph of a pack as the protocol sees it: a model of its own. */
export interface ServedGraph {
  /** As the caller named it. */
  readonly name: string
  readonly card: ModelCard
  /** `name@version` of the pack. */
  readonly id: string
  readonly role: string
  readonly component: Component
}

const ROLE = /^[a-z][a-z0-9_]*$/

/**
 * The graph that a model name of the protocol means: `pack.component`, or `pack` for the first component of a pack.
 * Where both readings exist the first one wins. Throws `model_not_found`.
 */
export async function findGraph(catalogue: Catalogue, name: string, version?: string): Promise<ServedGraph> {
  const reference = (pack: string): string => (version === undefined ? pack : `${pack}@${version}`)
  const dot = name.lastIndexOf('.')
  const role = name.slice(dot + 1)
  if (dot > 0 && ROLE.test(role)) {
    const card = await catalogue.show(reference(name.slice(0, dot))).catch(ignoreUnknown)
    const component = card && componentOf(card, role)
    if (card && component) return served(name, card, role, component)
  }
  const card = await catalogue.show(reference(name))
  const [first] = Object.entries(card.manifest.components)
  if (first === undefined) throw new AppError('model_not_found', 'The model has no graph.')
  return served(name, card, first[0], first[1])
}

/** Every name under which a pack's graphs are served. */
export function graphNames({ manifest }: ModelCard): string[] {
  return [manifest.name, ...Object.keys(manifest.components).map((role) => `${manifest.name}.${role}`)]
}

function componentOf(card: ModelCard, role: string): Component | undefined {
  const { components } = card.manifest
  return Object.hasOwn(components, role) ? components[role] : undefined
}

function served(name: string, card: ModelCard, role: string, component: Component): ServedGraph {
  return { name, card, id: `${card.manifest.name}@${card.manifest.version}`, role, component }
}

function ignoreUnknown(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'model_not_found') return undefined
  throw error
}
