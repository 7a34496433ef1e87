/**
 * Codes of the 14 findings of CheXpert. Each was seen in public sources (value sets of IHE and Philips, pydicom's dictionary of
 * PS3.16) and none in a licensed browser of SNOMED CT, which needs a licence outside its member countries: this table is data,
 * to be replaced by a hospital's own. A label without a code that means exactly it keeps its own name in a local scheme.
 */
import { createHash } from 'node:crypto'
import { code, type Code } from './code.js'

const CODES: ReadonlyMap<string, Code> = new Map([
  ['cardiomegaly', code('8186001', 'SCT', 'Cardiomegaly')],
  ['lung opacity', code('112001', 'DCM', 'Opacity')],
  ['edema', code('19242006', 'SCT', 'Pulmonary edema')],
  ['consolidation', code('95436008', 'SCT', 'Lung consolidation')],
  ['pneumonia', code('233604007', 'SCT', 'Pneumonia')],
  ['atelectasis', code('46621007', 'SCT', 'Atelectasis')],
  ['pneumothorax', code('36118008', 'SCT', 'Pneumothorax')],
  ['pleural effusion', code('60046008', 'SCT', 'Pleural effusion')],
  ['fracture', code('125605004', 'SCT', 'Fracture of bone')],
])
/** "No Finding", "Lung Lesion", "Pleural Other" and others have no exact code; a short string (SH) has 16 characters. */
const LOCAL_DIGITS = 14

export function findingCode(label: string): Code {
  const known = CODES.get(label.trim().toLowerCase().replaceAll('_', ' '))
  if (known !== undefined) return known
  const digest = createHash('sha256').update(label).digest('hex').slice(0, LOCAL_DIGITS)
  return code(`L-${digest}`, '99RADSERVE', label.replaceAll(/[\p{Cc}\\]/gu, ' ').slice(0, 64))
}
