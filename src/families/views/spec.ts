/** The manifest section `views`: how the films of a study become one. */
import { Type, type Static } from 'typebox'

/** `mean`: unit vectors averaged and normalised again. `graph`: the component `view_fusion`. */
export const VIEW_FUSIONS = ['mean', 'graph'] as const

/**
 * What stands where a study has fewer films than `max`. `repeat`: its films over again in turn (REFERS samples with
 * replacement). `mask`: zeros, with a 0 in `view_mask`. `none`: nothing; the graph takes any number.
 */
export const VIEW_FILLS = ['repeat', 'mask', 'none'] as const

/**
 * `independent`: the order of the films makes no difference, to the bit; the service puts them into an order of its own,
 * by content. `as_given`: the first film is the first view.
 */
export const VIEW_ORDERS = ['independent', 'as_given'] as const

export const ViewsSchema = Type.Object(
  {
    /** Films that a study may have at most. */
    max: Type.Integer({ minimum: 1, maximum: 64 }),
    fusion: Type.Enum([...VIEW_FUSIONS]),
    fill: Type.Enum([...VIEW_FILLS]),
    order: Type.Enum([...VIEW_ORDERS]),
  },
  { additionalProperties: false },
)
export type Views = Static<typeof ViewsSchema>
