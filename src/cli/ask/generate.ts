import { join } from 'node:path'
import type { Generation, GenerationEvent } from '../../client/client.js'
import { AppError } from '../../errors.js'
import { EXIT } from '../exit-codes.js'
import { readFilm } from '../film-files.js'
import type { Ask } from './ask.js'
import { named } from './body.js'
import { requireFree, writePicture } from './picture-file.js'

export async function generate(ask: Ask): Promise<number> {
  const { options, output } = ask
  // The names of others are not known before their seeds are drawn.
  if (options.seed !== undefined) requireFree([fileOf(ask, options.seed)], options.force === true)
  const { data, ...reply } = await lastOf(await begin(ask), ask)
  const files: { file: string; seed: number | string }[] = []
  for (const { b64_json: base64, seed } of data) {
    const file = fileOf(ask, seed)
    await writePicture(file, Buffer.from(base64, 'base64'), options.force === true)
    files.push({ file, seed })
    output.rows([file, String(seed)])
  }
  output.line({ files, ...reply })
  output.endTable(['file', 'seed'], 'Synthetic, and marked so in the file.')
  return EXIT.done
}

function fileOf({ options }: Ask, seed: number | string): string {
  return join(options.out ?? '.', `generated-${seed}.png`)
}

async function begin({ client, options, subjects, signal }: Ask): Promise<AsyncGenerator<GenerationEvent>> {
  const { film, mask, strength, negative, n, steps, guidance, seed, size } = options
  const body = {
    ...named(options),
    prompt: subjects[0]!,
    ...(negative !== undefined && { negative_prompt: negative }),
    ...(n !== undefined && { n }),
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidance_scale: guidance }),
    ...(seed !== undefined && { seed }),
    ...(size !== undefined && { size }),
  }
  if (film === undefined) return client.generate.stream(body, { signal })
  const change = {
    image: await readFilm(film),
    ...(mask !== undefined && { mask: await readFilm(mask) }),
    ...(strength !== undefined && { strength }),
  }
  return client.edit.stream({ ...body, ...change }, { signal })
}

async function lastOf(events: AsyncGenerator<GenerationEvent>, { output }: Ask): Promise<Generation> {
  for await (const { event, data } of events) {
    if (event === 'result') {
      output.progress.end()
      return data
    }
    output.progress.show(data.step, data.of, `  about ${Math.ceil(data.eta_ms / 1000)} s`)
  }
  throw new AppError('internal', 'The events ended without a picture. This is a bug.')
}
