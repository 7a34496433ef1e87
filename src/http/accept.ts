import { AppError } from '../errors.js'

interface Range {
  readonly type: string
  readonly subtype: string
  readonly quality: number
}

/**
 * The offered media type that the `accept` header likes best; among equals the first offered (RFC 9110 section 12.5.1).
 * Throws `not_acceptable` when there is none.
 */
export function negotiate<Offer extends string>(
  accept: string | undefined,
  offers: readonly [Offer, ...Offer[]],
): Offer {
  if (accept === undefined || accept === '' || accept === '*/*') return offers[0]
  const ranges = accept.split(',').map(parseRange)
  const liked = offers
    .map((offer) => ({ offer, quality: qualityOf(offer, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  const [best] = liked
  if (best === undefined) throw new AppError('not_acceptable', `This answer can be ${offers.join(' or ')}.`)
  return best.offer
}

function parseRange(text: string): Range {
  const [media = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const [type = '', subtype = ''] = media.split('/')
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = given === undefined ? 1 : Number(given.slice(2))
  return { type, subtype, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

/** The most specific range that covers the offer decides, not the most generous one. */
function qualityOf(offer: string, ranges: readonly Range[]): number {
  const [type, subtype] = offer.split('/')
  const specificity = (range: Range): number =>
    range.type === type && range.subtype === subtype
      ? 3
      : range.type === type && range.subtype === '*'
        ? 2
        : range.type === '*' && range.subtype === '*'
          ? 1
          : 0
  const [covering] = ranges.filter((range) => specificity(range) > 0).sort((a, b) => specificity(b) - specificity(a))
  return covering?.quality ?? 0
}
