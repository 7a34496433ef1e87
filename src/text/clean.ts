/** What a model's authors did to a text before their tokenizer, by name. */
export type Cleaner = (text: string) => string

/**
 * GLoRIA and MGCA: sentences are cut at numbers with a period and at periods, each becomes its lower-case words in
 * ASCII, and a sentence of one word is dropped. So "1.2 cm" is cut in two, commas vanish, and "cardiomegaly" alone
 * becomes nothing (GLoRIA commit 416466a, `process_text`; contrastive.md section 2.3).
 */
function gloriaSentences(text: string): string {
  const sentences: string[] = []
  for (const sentence of text
    .replaceAll('\n', ' ')
    // Without the look behind, digits that no period follows would be read again from each of them.
    .split(/(?<![0-9])[0-9]+\./)
    .flatMap((part) => part.split('.'))) {
    const words =
      sentence
        .replaceAll('\ufffd\ufffd', ' ')
        .toLowerCase()
        .match(/[\p{L}\p{N}_]+/gu) ?? []
    if (words.length <= 1) continue
    const ascii = words.map((word) => word.replace(/[^\p{ASCII}]/gu, '')).filter((word) => word !== '')
    sentences.push(ascii.join(' '))
  }
  return sentences.join(' ')
}

/**
 * REFERS: lower case, compatibility decomposition, no character with a canonical combining class (REFERS commit df7e83e,
 * Python's `unicodedata.combining`; contrastive.md 5.3). Marks of class 0, such as the vowel signs of Devanagari, stay.
 */
function refersNfkd(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, (mark) => (isCombining(mark) ? '' : mark))
}

/**
 * Whether a decomposed character's canonical combining class is not 0. The class has no property of its own in regular
 * expressions, but canonical ordering shows it: a mark of class 1 (U+0334) moves before any of a higher class, and any
 * mark below class 230 moves before one of that class (U+0300); one of class 0 moves past neither.
 */
function isCombining(mark: string): boolean {
  return (
    (mark + '\u0334').normalize('NFD') !== mark + '\u0334' || ('\u0300' + mark).normalize('NFD') !== '\u0300' + mark
  )
}

/** BioViL: trailing marks of the end of a sentence are taken off (hi-ml; contrastive.md section 6). */
function biovilStrip(text: string): string {
  return text.replace(/(?<![!?.])[!?.]+$/, '')
}

/** LViT: the loader keeps what stands before the first line break (LViT commit a9b0b41, `Load_Dataset.py`). */
function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}

export const CLEANERS = {
  raw: (text: string) => text,
  'first-line': firstLine,
  'gloria-sentences': gloriaSentences,
  'refers-nfkd': refersNfkd,
  'biovil-strip': biovilStrip,
} as const satisfies Record<string, Cleaner>
