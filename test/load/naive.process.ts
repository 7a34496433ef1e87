/**
 * What one writes in an afternoon: a route that decodes with sharp and calls `session.run` on the main thread. The body
 * and the answer are those of the service.
 */
import './no-telemetry.js'
import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp, { type Sharp } from 'sharp'
import type { ImageGraph } from './graph-input.js'

const graph = JSON.parse(process.argv[2] ?? '') as ImageGraph
const session = await InferenceSession.create(new Uint8Array(readFileSync(graph.file)))
const app = fastify({ bodyLimit: 64 << 20 })
app.addContentTypeParser(/^(image\/|application\/octet-stream)/, { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
)

async function embed(pixels: Uint8Array): Promise<Float32Array> {
  const dims = [1, graph.channels, graph.height, graph.width]
  const outputs = await session.run({ [graph.input]: new Tensor('uint8', pixels, dims) }, [graph.output])
  return outputs[graph.output]!.data as Float32Array
}

/** sharp leaves out what a JPEG's decoder can leave out when it makes it smaller, which changes the pixels. */
async function everyPixel(film: Buffer): Promise<Sharp> {
  const { data, info } = await sharp(film).grayscale().raw().toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: info })
}

app.get('/health/live', () => ({ live: true }))

app.post('/embeddings', async (request) => {
  const { width, height } = graph
  const isWhole = (request.query as { whole?: string }).whole !== undefined
  const film = isWhole ? await everyPixel(request.body as Buffer) : sharp(request.body as Buffer)
  const decoded = await film.resize(width, height, { fit: 'fill' }).grayscale().raw().toBuffer()
  const vector = await embed(decoded)
  return { object: 'list', data: [{ object: 'embedding', index: 0, embedding: Array.from(vector) }] }
})

app.post('/infer', async (request, reply) => {
  const vector = await embed(new Uint8Array(request.body as Buffer))
  return reply.type('application/octet-stream').send(Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength))
})

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
process.on('SIGTERM', () => {
  void app.close().then(() => process.exit(0))
})
