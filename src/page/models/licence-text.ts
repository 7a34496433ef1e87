import type { ModelCard } from '../api/replies.js'

/** Of what a pack names a licence of: code and data need none. Attributions are on the card. */
export function licenceText(licence: ModelCard['licence']): string {
  const parts = (['weights', 'code', 'data'] as const).flatMap((part) => {
    const name = licence[part]
    return name === undefined ? [] : [`${part} ${name}`]
  })
  return parts.join(', ')
}
