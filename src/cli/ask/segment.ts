import type { Segmentation } from '../../client/client.js'
import type { Ask } from './ask.js'
import { named, textsOf } from './body.js'
import { eachFilm, filmSubjects } from './each-film.js'
import { besideName, writePicture } from './picture-file.js'

/** The answer, and the files that were written of it. */
type Outlined = Segmentation & { readonly files: readonly string[] }

export async function segment(ask: Ask): Promise<number> {
  const { client, options, subjects, output, signal } = ask
  const texts = textsOf(options)
  const { threshold } = options
  const asked = { ...named(options), texts, ...(threshold !== undefined && { threshold }) }
  const code = await eachFilm<Outlined>(
    { options, output, signal },
    filmSubjects(subjects),
    async ({ file = '' }, image) => {
      const reply = await client.segment({ ...asked, image }, { signal })
      return { ...reply, files: await writeFiles(ask, { ...asked, image }, file) }
    },
    (name, { data, files }) =>
      output.rows(
        ...data.map(({ text, area_px: area, area_mm2: square, mean_probability: mean }, at) => [
          at === 0 ? name : '',
          texts[text] ?? '',
          String(area),
          square === undefined ? '-' : square.toFixed(0),
          mean === undefined ? '-' : mean.toFixed(3),
          files.length === 1 ? (at === 0 ? files[0]! : '') : (files[at] ?? ''),
        ]),
      ),
  )
  output.endTable(['film', 'text', 'px', 'mm²', 'probability', 'file'], 'Not for diagnosis.')
  return code
}

interface Asked {
  readonly model?: string
  readonly texts: readonly string[]
  readonly threshold?: number
  readonly image: Buffer
}

/** One picture for each text, or one DICOM object with them all. */
async function writeFiles(ask: Ask, asked: Asked, film: string): Promise<string[]> {
  const { client, options, signal } = ask
  const { out, format = 'overlay', force = false } = options
  if (out === undefined) return []
  const write = async (suffix: string, blob: Blob): Promise<string> => {
    const path = besideName(out, film, suffix)
    await writePicture(path, new Uint8Array(await blob.arrayBuffer()), force)
    return path
  }
  if (format === 'dicom')
    return [await write('seg.dcm', await client.segment.file(asked, 'application/dicom', { signal }))]
  const files: string[] = []
  const { texts, ...rest } = asked
  for (const [at, text] of texts.entries()) {
    const blob = await client.segment.file({ ...rest, text, picture: format }, 'image/png', { signal })
    files.push(await write(texts.length === 1 ? `${format}.png` : `${at + 1}.${format}.png`, blob))
  }
  return files
}
