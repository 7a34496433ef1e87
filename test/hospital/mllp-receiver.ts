/** A receiver of HL7 v2 messages over MLLP on a port of this machine. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** An acknowledgement, bytes as they are, `undefined` for none; the text `close` hangs up. */
export type Answer = (message: string, at: number) => string | Buffer | undefined

export async function startReceiver(t: TestContext, answer: Answer) {
  const messages: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    let received = Buffer.alloc(0)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf(Buffer.of(0x1c, 0x0d))
      if (end < 0) return
      const message = received.toString('utf8', 1, end)
      received = received.subarray(end + 2)
      messages.push(message)
      const reply = answer(message, messages.length - 1)
      if (reply === 'close') socket.destroy()
      else if (typeof reply === 'string')
        socket.write(Buffer.concat([Buffer.of(0x0b), Buffer.from(reply), Buffer.of(0x1c, 0x0d)]))
      else if (reply !== undefined) socket.write(reply)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = async (): Promise<void> => {
    await Promise.all([...sockets].map((socket) => once(socket.destroy(), 'close')))
  }
  t.after(async () => {
    await hangUp()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, messages, hangUp, connections: () => connections }
}

export function acknowledgement(code: string, message: string): string {
  return `MSH|^~\\&|RIS|HOSPITAL|RADSERVE||20261126||ACK|1|P|2.5.1\rMSA|${code}|${message.split('|')[9]}|PLANTED^NAME\r`
}
