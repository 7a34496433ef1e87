import { EXIT } from '../exit-codes.js'
import { readFilm } from '../film-files.js'
import type { Ask } from './ask.js'
import { named } from './body.js'
import { eachFilm, filmSubjects } from './each-film.js'

export async function report(ask: Ask): Promise<number> {
  const { client, options, subjects, output, signal } = ask
  const { maxTokens, beam, study } = options
  const asked = {
    ...named(options),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(beam !== undefined && { beam }),
  }
  if (study === true) {
    const films = await Promise.all(subjects.map(readFilm))
    if (!output.isJson) return writeAsItComes(ask, { ...asked, images: films })
    output.line({ files: subjects, ...(await client.report({ ...asked, images: films }, { signal })) })
    return EXIT.done
  }
  const [only] = subjects
  if (!output.isJson && subjects.length === 1) return writeAsItComes(ask, { ...asked, images: [await readFilm(only!)] })
  const code = await eachFilm(
    { options, output, signal },
    filmSubjects(subjects),
    (_subject, film) => client.report({ ...asked, images: [film] }, { signal }),
    (name, { findings }) => output.rows([name, findings]),
  )
  output.endTable(['film', 'text'], NOTICE)
  return code
}

const NOTICE = 'A text of a model for research, never a finding.'

interface Asked {
  readonly model?: string
  readonly max_tokens?: number
  readonly beam?: number
  readonly images: readonly Buffer[]
}

/** For people: each word when the model has it, then what it did not find and where it is doubted. */
async function writeAsItComes({ client, signal }: Ask, asked: Asked): Promise<number> {
  const print = (text: string): void => void process.stdout.write(text)
  for await (const { event, data } of client.report.stream(asked, { signal })) {
    if (event === 'token') print(data.text)
    else {
      print('\n\n')
      for (const { label, state } of data.structured) print(`${state.padEnd(14)} ${label}\n`)
      for (const { label } of data.disagreements ?? []) print(`The classifier disagrees about ${label}.\n`)
      print(`\n${data.model.name}@${data.model.version}. ${NOTICE}\n`)
    }
  }
  return EXIT.done
}
