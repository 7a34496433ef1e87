import { AppError } from '../../errors.js'
import { EXIT } from '../exit-codes.js'
import { readFilm } from '../film-files.js'
import type { Ask } from './ask.js'
import { named, textsOf } from './body.js'
import { inOrder } from './in-order.js'

/** Answers before the clock starts: the model is loaded and the runtime has seen the sizes. */
const WARM_UP = 3

/** Time of each of many answers to the same request, under this much company. */
export async function bench(ask: Ask): Promise<number> {
  const { options, subjects, output, signal } = ask
  const { requests = 100, concurrency } = options
  const act = requestOf(ask, await readFilm(subjects[0]!))
  for (let at = 0; at < WARM_UP; at++) await act()
  const startMs = performance.now()
  const times: number[] = []
  const timed = async (): Promise<number> => {
    signal.throwIfAborted()
    const beginMs = performance.now()
    await act()
    return performance.now() - beginMs
  }
  for await (const ms of inOrder(Array.from({ length: requests }), concurrency, timed)) {
    times.push(ms)
    output.progress.show(times.length, requests)
  }
  output.progress.end()
  const seconds = (performance.now() - startMs) / 1000
  const figures = {
    ...{ task: options.task, requests, concurrency, per_second: requests / seconds },
    ...{ p50_ms: quantile(times, 0.5), p95_ms: quantile(times, 0.95), p99_ms: quantile(times, 0.99) },
  }
  output.line(figures)
  output.rows(...Object.entries(figures).map(([name, value]) => [name, shown(value)]))
  output.endTable(['figure', 'value'])
  return EXIT.done
}

function requestOf({ client, options, signal }: Ask, image: Buffer): () => Promise<unknown> {
  const asked = named(options)
  switch (options.task) {
    case 'classify':
      return () => client.classify({ ...asked, image }, { signal })
    case 'embed':
      return () => client.embed({ ...asked, input: [{ image }] }, { signal })
    case 'segment': {
      const [text] = textsOf(options)
      if (text === undefined) throw new AppError('invalid_option', '--task segment takes a --text.')
      return () => client.segment({ ...asked, image, text }, { signal })
    }
    case undefined:
    default:
      throw new AppError('invalid_option', '--task takes classify, embed or segment.')
  }
}

/** The least time that this share of the answers did not pass. */
function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN
}

function shown(value: string | number | undefined): string {
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value)
}
