import { askBytes } from '../api/api.js'
import { addFilms } from './films.js'

/** A film that is shipped with the page. docs/playground.md says where each is from. */
export interface Sample {
  readonly file: string
  readonly title: string
  readonly credit: string
}

const HANNOVER =
  'Winther H. et al., COVID-19 Image Repository, Hannover Medical School, doi 10.6084/m9.figshare.12275009. CC BY 3.0. Made smaller.'
const KERMANY =
  'Kermany D. et al., Labeled OCT and Chest X-Ray Images, Mendeley Data v2, doi 10.17632/rscbjbr9sj.2. CC BY 4.0. Made smaller.'

export const SAMPLES: readonly Sample[] = [
  { file: 'adult-covid.jpg', title: 'Adult, COVID-19', credit: HANNOVER },
  { file: 'adult-portable.jpg', title: 'Adult, portable film', credit: HANNOVER },
  { file: 'adult-clear.jpg', title: 'Adult, no finding', credit: HANNOVER },
  { file: 'child-pneumonia.jpg', title: 'Child, pneumonia', credit: KERMANY },
]

export function sampleUrl({ file }: Sample): string {
  return `/page/films/${file}`
}

/** Errors as `askBytes`. */
export async function addSample(sample: Sample): Promise<void> {
  const { body } = await askBytes(sampleUrl(sample))
  await addFilms([{ name: sample.title, bytes: body, credit: sample.credit }])
}
