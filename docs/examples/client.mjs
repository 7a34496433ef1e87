// Every task of a running service in JavaScript: node client.mjs FILM [URL]
import { writeFile } from 'node:fs/promises'
import { ConnectionError, createClient, ProblemError } from 'radserve/client'
import { filmAt } from 'radserve/client/node'

const [path, baseUrl = 'http://127.0.0.1:8080'] = process.argv.slice(2)
const client = createClient({ baseUrl, ...(process.env.RADSERVE_API_KEY && { apiKey: process.env.RADSERVE_API_KEY }) })
const image = await filmAt(path)

// Types of bodies and answers come from the contract: an editor completes them.
const { data, score_kind: kind } = await client.classify({ image })
for (const { label, score } of data[0].labels.slice(0, 3)) console.log(`${label}: ${score.toFixed(3)} (${kind})`)

const { data: vectors } = await client.embed({ input: [{ image }, 'no pleural effusion'] })
console.log(`vectors of ${vectors.length} things, ${vectors[0].embedding.length} numbers each`)

const { data: compared } = await client.compare({ images: [image], texts: ['pneumonia'] })
console.log(`film and text: ${compared[0].score.toFixed(3)}`)

const overlay = await client.segment.file({ image, text: 'left lung' }, 'image/png')
await writeFile('left-lung.png', new Uint8Array(await overlay.arrayBuffer()))

// What takes longer tells what happens on the way. Leaving the loop, or a signal, stops the work.
for await (const { event, data: told } of client.generate.stream({
  prompt: 'chest radiograph, pneumonia',
  steps: 4,
  seed: 7,
})) {
  if (event === 'progress') console.log(`step ${told.step} of ${told.of}`)
  else await writeFile('synthetic.png', Buffer.from(told.data[0].b64_json, 'base64'))
}
for await (const { event, data: told } of client.report.stream(
  { images: [image] },
  { signal: AbortSignal.timeout(60_000) },
))
  if (event === 'token') process.stdout.write(told.text)
process.stdout.write('\n')

// A job outlives the connection, and the service's process.
const job = await client.segment.submit({ image, text: 'left lung' }, { priority: 'batch' })
const later = await job.wait({ onEvent: ({ event }) => console.log(`job ${event}`) })
console.log(`left lung: ${later.data[0].area_px} pixels`)

// Refusals are of one class, and say a code, the fields and the request's id in the log.
try {
  await client.classify({ image: new TextEncoder().encode('no film') })
} catch (error) {
  if (error instanceof ProblemError) console.log(`refused: ${error.code}`)
  else if (error instanceof ConnectionError) console.log(`no answer: ${error.code}`)
  else throw error
}
