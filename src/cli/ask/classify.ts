import { named } from './body.js'
import type { Ask } from './ask.js'
import { eachFilm, filmSubjects } from './each-film.js'

const MEANINGS: Readonly<Record<string, string>> = {
  probability: 'The score is a probability, calibrated on the set that the card of the model names.',
  softmax: 'The score is a share among these labels, not a probability.',
  sigmoid: 'The score is between 0 and 1 and not calibrated.',
}

export async function classify({ client, options, subjects, output, signal }: Ask): Promise<number> {
  const { labels, labelSet, top = 5 } = options
  const asked = {
    ...named(options),
    ...(labels !== undefined && { labels: labels.split(',').map((label) => label.trim()) }),
    ...(labelSet !== undefined && { label_set: labelSet }),
  }
  let note: string | undefined
  const code = await eachFilm(
    { options, output, signal },
    filmSubjects(subjects),
    (_subject, film) => client.classify({ ...asked, image: film }, { signal }),
    (name, { data, model, score_kind: kind }) => {
      note = [
        `${model.name}@${model.version}.`,
        MEANINGS[kind] ?? `The score is a ${kind}.`,
        'Not for diagnosis.',
      ].join(' ')
      const shown = data[0]!.labels.slice(0, top)
      output.rows(...shown.map(({ label, score }, at) => [at === 0 ? name : '', label, score.toFixed(3)]))
    },
  )
  output.endTable(['film', 'label', 'score'], note)
  return code
}
