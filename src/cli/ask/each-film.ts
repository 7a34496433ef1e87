import { ProblemError } from '../../client/problem.js'
import { AppError } from '../../errors.js'
import { EXIT } from '../exit-codes.js'
import { readFilm } from '../film-files.js'
import type { Ask } from './ask.js'
import { inOrder } from './in-order.js'

/** One thing that is asked about: a film's path, or a text. */
export interface Subject {
  readonly file?: string
  readonly text?: string
}

export const filmSubjects = (paths: readonly string[]): Subject[] => paths.map((file) => ({ file }))

/**
 * Asks about each subject, several at a time, and tells the answers in their order. A film that is refused is told, the
 * others go on, and the exit code says it; what all would meet, such as a service that is not there, is thrown.
 */
export async function eachFilm<Reply extends object>(
  { options, output, signal }: Pick<Ask, 'options' | 'output' | 'signal'>,
  subjects: readonly Subject[],
  act: (subject: Subject, film: Buffer) => Promise<Reply>,
  tell: (name: string, reply: Reply) => void,
): Promise<number> {
  let [refused, done] = [0, 0]
  const attempt = async (subject: Subject): Promise<{ subject: Subject; reply: Reply | ProblemError | AppError }> => {
    signal.throwIfAborted()
    try {
      const film = subject.file === undefined ? Buffer.alloc(0) : await readFilm(subject.file)
      return { subject, reply: await act(subject, film) }
    } catch (error) {
      if (signal.aborted || !isOfOne(error)) throw error
      return { subject, reply: error }
    }
  }
  for await (const { subject, reply } of inOrder(subjects, options.concurrency, attempt)) {
    const name = subject.file ?? subject.text ?? ''
    if (reply instanceof Error) {
      refused++
      output.refused(subject, name, reply)
    } else {
      output.line({ ...subject, ...reply })
      tell(name, reply)
    }
    if (subjects.length > 1) output.progress.show(++done, subjects.length)
  }
  output.progress.end()
  return refused === 0 ? EXIT.done : EXIT.failed
}

/** Codes that every film would meet. */
const OF_ALL: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'model_not_found', 'task_not_supported'])

function isOfOne(error: unknown): error is ProblemError | AppError {
  return (error instanceof ProblemError || error instanceof AppError) && !OF_ALL.has(error.code)
}
