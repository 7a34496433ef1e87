import type { ModelCard } from '../api/replies.js'

/** Of what a pack names a licence of: code and data need none. Attributions are on the card. */
export function licenceText(licence: ModelCard['licence']): string {
  const parts = ['weights', 'code', 'data'].flatMap((part) => {
    const name = licence[part]
    return typeof name === 'string' ? [`${part} ${name}`] : []
  })
  return parts.join(', ')
}
