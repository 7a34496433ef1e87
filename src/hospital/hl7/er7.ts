/** HL7 v2's encoding with bars and carets (HL7 v2.5.1 chapter 2): separators `|^~\&`, segments that end with a carriage return. */

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\E\\',
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
}

/** A text that no separator, no end of a segment and no byte of MLLP can be read in; lines become `\.br\`. */
export function escapeText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- control characters are what must not pass
      .replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
      .replace(/[\\|^&~]/g, (sign) => ESCAPES[sign]!)
      .replace(/\r\n|\r|\n/g, '\\.br\\')
  )
}

/** Of a field that is already escaped, or of components. Empty ones at the end are left out. */
export function segment(name: string, fields: readonly string[]): string {
  const last = fields.findLastIndex((field) => field !== '')
  return [name, ...fields.slice(0, last + 1)].join('|') + '\r'
}

export function components(...parts: readonly string[]): string {
  return parts.map(escapeText).join('^')
}

/** `YYYYMMDDHHMMSS+0000` */
export function timestampOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`
}
