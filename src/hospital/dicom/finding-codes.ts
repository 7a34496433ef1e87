import { createHash } from 'node:crypto'
import { shippedCodeTable } from '../codes/code-table.js'
import { code, type Code } from './code.js'

/** A local code value is a short string (SH), which has 16 characters; the table's own are longer. */
const LOCAL_DIGITS = 14

/** The best code of the table that FHIR answers use too; a label without one keeps its own name in a local scheme. */
export function findingCode(label: string): Code {
  const [best] = shippedCodeTable().codesOf(label)
  if (best.scheme !== '99RADSERVE') return code(best.code, best.scheme, best.meaning)
  const digest = createHash('sha256').update(label).digest('hex').slice(0, LOCAL_DIGITS)
  return code(`L-${digest}`, '99RADSERVE', label.replaceAll(/[\p{Cc}\\]/gu, ' ').slice(0, 64))
}
