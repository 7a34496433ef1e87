/** A way to another server of this machine that can be cut, and on which things can get stuck. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface Proxy {
  readonly port: number
  /** Connections that are open are cut, new ones at once. */
  cut(): void
  /** New connections are taken and nothing goes through them. Resolves when the first one has something to say. */
  hold(): Promise<void>
  /** Everything goes through, also what was held. */
  release(): void
}

export async function startProxy(t: TestContext, toPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let mode: 'open' | 'cut' | 'held' = 'open'
  let held: (() => void)[] = []
  let onHeld: () => void = () => undefined
  const forward = (socket: Socket): void => {
    const other = connect(toPort, '127.0.0.1')
    sockets.add(other)
    other.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => other.destroy())
    socket.pipe(other).pipe(socket)
  }
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    if (mode === 'cut') socket.destroy()
    else if (mode === 'open') forward(socket)
    else {
      held.push(() => forward(socket))
      onHeld()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    mode = 'cut'
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    hold() {
      mode = 'held'
      return new Promise((resolve) => (onHeld = resolve))
    },
    release() {
      mode = 'open'
      for (const each of held) each()
      held = []
    },
  }
}
