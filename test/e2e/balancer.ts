import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** After a refused connection a replica is left out for this long, as nginx does (`fail_timeout`). */
const LEFT_OUT_MS = 1000
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

export interface Balancer {
  readonly url: string
  /** Answers that went to each replica, by its port. */
  readonly answered: ReadonlyMap<number, number>
  /** Requests that a replica had when it broke off. */
  readonly broken: () => number
}

/**
 * Round robin over ports of this machine, with nginx's default rules: a request that no replica has seen (the connection was refused)
 * goes to the next one, whatever it is; one that may have been seen goes to the next one only when its method may be repeated, and
 * is otherwise answered 502.
 */
export async function startBalancer(t: TestContext, ports: readonly number[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const leftOutUntilMs = new Map<number, number>()
  const answered = new Map<number, number>(ports.map((port) => [port, 0]))
  let turn = 0
  let broken = 0

  const choose = (tried: ReadonlySet<number>): number | undefined => {
    const left = ports.filter((port) => !tried.has(port))
    const well = left.filter((port) => (leftOutUntilMs.get(port) ?? 0) <= performance.now())
    const candidates = well.length > 0 ? well : left
    return candidates[turn++ % candidates.length]
  }

  const forward = (incoming: IncomingMessage, body: Buffer, reply: ServerResponse, tried: Set<number>): void => {
    const port = choose(tried)
    if (port === undefined) {
      reply.writeHead(502).end()
      return
    }
    const options = { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers: incoming.headers, agent }
    const call = request(options, (response) => {
      reply.writeHead(response.statusCode ?? 502, response.headers)
      response.on('error', () => {
        broken++
        reply.destroy()
      })
      response.on('end', () => answered.set(port, answered.get(port)! + 1))
      response.pipe(reply)
    })
    call.on('error', (error: NodeJS.ErrnoException) => {
      leftOutUntilMs.set(port, performance.now() + LEFT_OUT_MS)
      if (reply.headersSent) return
      const isUnseen = error.code === 'ECONNREFUSED'
      if (!isUnseen) broken++
      if (isUnseen || REPEATABLE.has(incoming.method ?? '')) forward(incoming, body, reply, new Set([...tried, port]))
      else reply.writeHead(502).end()
    })
    call.end(body)
  }

  const server = createServer((incoming, reply) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => forward(incoming, Buffer.concat(chunks), reply, new Set()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answered, broken: () => broken }
}
