import { TRANSFER_SYNTAXES } from '../../imaging/dicom/transfer-syntax.js'
import type { AssociateRequest, ContextResult, ProposedContext } from './association.js'

export const VERIFICATION = '1.2.840.10008.1.1'
const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2'
/**
 * Computed Radiography, Digital X-Ray for presentation and for processing. What is for processing no model may be asked about, and
 * the gate says so of each film; refused here it would fail the whole study again and again at the sender.
 */
const FILMS: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.1.1',
])

export interface AcceptedContext {
  readonly sopClassUid: string
  readonly transferSyntaxUid: string
}

/** Of what a peer proposes: films in the first transfer syntax of its list that is read here, and verification. */
export function acceptContexts({ contexts }: Pick<AssociateRequest, 'contexts'>): {
  readonly results: readonly ContextResult[]
  readonly accepted: ReadonlyMap<number, AcceptedContext>
} {
  const results = contexts.map(resultOf)
  const accepted = new Map<number, AcceptedContext>()
  for (const [at, { id, result, transferSyntaxUid }] of results.entries())
    if (result === 0) accepted.set(id, { sopClassUid: contexts[at]!.sopClassUid, transferSyntaxUid })
  return { results, accepted }
}

function resultOf({ id, sopClassUid, transferSyntaxUids }: ProposedContext): ContextResult {
  const isFilm = FILMS.has(sopClassUid)
  if (!isFilm && sopClassUid !== VERIFICATION) return { id, result: 3, transferSyntaxUid: IMPLICIT_LITTLE_ENDIAN }
  const syntax = transferSyntaxUids.find((uid) => TRANSFER_SYNTAXES.has(uid))
  return syntax === undefined
    ? { id, result: 4, transferSyntaxUid: IMPLICIT_LITTLE_ENDIAN }
    : { id, result: 0, transferSyntaxUid: syntax }
}
