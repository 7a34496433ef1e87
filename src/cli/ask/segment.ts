import type { Segmentation } from '../../client/client.js'
import type { Ask } from './ask.js'
import { named, textsOf } from './body.js'
import { eachFilm, filmSubjects } from './each-film.js'
import { besideName, requireFree, writePicture } from './picture-file.js'

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
      requireFree(pathsOf(ask, texts, file), options.force === true)
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
  const { format = 'overlay', force = false } = options
  const { texts, ...rest } = asked
  const paths = pathsOf(ask, texts, film)
  for (const [at, path] of paths.entries()) {
    const blob =
      format === 'dicom'
        ? await client.segment.file(asked, 'application/dicom', { signal })
        : await client.segment.file({ ...rest, text: texts[at]!, picture: format }, 'image/png', { signal })
    await writePicture(path, new Uint8Array(await blob.arrayBuffer()), force)
  }
  return paths
}

function pathsOf({ options }: Ask, texts: readonly string[], film: string): string[] {
  const { out, format = 'overlay' } = options
  if (out === undefined) return []
  const suffixes =
    format === 'dicom'
      ? ['seg.dcm']
      : texts.map((_, at) => (texts.length === 1 ? `${format}.png` : `${at + 1}.${format}.png`))
  return suffixes.map((suffix) => besideName(out, film, suffix))
}
