import { AppError } from '../../errors.js'
import type { Ask } from './ask.js'
import { named, textsOf } from './body.js'
import { eachFilm, filmSubjects, type Subject } from './each-film.js'

const SHOWN_NUMBERS = 4

export async function embed({ client, options, subjects, output, signal }: Ask): Promise<number> {
  const all: Subject[] = [...filmSubjects(subjects), ...textsOf(options).map((text) => ({ text }))]
  if (all.length === 0) throw new AppError('invalid_option', 'Give films, or texts with --text.')
  const { dimensions } = options
  const asked = { ...named(options), ...(dimensions !== undefined && { dimensions }) }
  const code = await eachFilm(
    { options, output, signal },
    all,
    ({ text }, film) =>
      client.embed({ ...asked, input: [text === undefined ? { image: film } : { text }] }, { signal }),
    (name, { data }) => {
      const vector = data[0]!.embedding as number[]
      const begin = vector.slice(0, SHOWN_NUMBERS).map((value) => value.toFixed(4))
      output.rows([name, String(vector.length), `${begin.join(' ')} …`])
    },
  )
  output.endTable(['of', 'numbers', 'vector'])
  return code
}
