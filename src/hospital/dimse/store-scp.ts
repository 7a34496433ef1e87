import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { once } from 'node:events'
import { AppError } from '../../errors.js'
import type { StoreScp, StoreScpOptions } from './dimse.js'
import { serveAssociation } from './scp-association.js'

/** Connections over the limit of associations that are heard, to be told so. */
const HEARD_OVER_LIMIT = 2

/** Throws `configuration` for an address that cannot be listened on. */
export async function startStoreScp(options: StoreScpOptions): Promise<StoreScp> {
  const { maxAssociations, log, meter } = options
  const open = new Map<Socket, Promise<void>>()

  const serve = async (socket: Socket): Promise<void> => {
    const address = plainAddress(socket.remoteAddress)
    if (!options.peers.some((peer) => peer.address === undefined || peer.address === address)) {
      socket.destroy()
      meter.count('radserve_dimse_associations_total', { outcome: 'refused_address' })
      return
    }
    const isFull = open.size >= maxAssociations
    const outcome = await serveAssociation(socket, { ...options, isFull, address })
    meter.count('radserve_dimse_associations_total', { outcome })
    await endOf(socket, options.idleTimeoutMs)
  }
  const onConnection = (socket: Socket): void => {
    // What went wrong is told by whoever waits for the bytes.
    socket.on('error', () => undefined).setNoDelay()
    const served = serve(socket)
      .catch((error: unknown) => log.error({ err: error }, 'a DICOM association failed'))
      .finally(() => {
        socket.destroy()
        open.delete(socket)
        meter.gauge('radserve_dimse_associations_open', open.size)
      })
    open.set(socket, served)
    meter.gauge('radserve_dimse_associations_open', open.size)
  }
  const server = createListener(options, onConnection)
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.maxConnections = maxAssociations * HEARD_OVER_LIMIT
  const port = await listen(server, options)
  return {
    port,
    async close(graceMs = 0) {
      const closed = new Promise((resolve) => server.close(resolve))
      const grace = setTimeout(() => {
        for (const socket of connections) socket.destroy()
      }, graceMs)
      await Promise.all(open.values())
      await closed
      clearTimeout(grace)
    },
  }
}

function createListener({ tls, idleTimeoutMs }: StoreScpOptions, onConnection: (socket: Socket) => void): Server {
  if (tls === undefined) return createServer(onConnection)
  const { cert, key, clientCa } = tls
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  const server = createTlsServer({ cert, key, ...clients, minVersion: 'TLSv1.2', handshakeTimeout: idleTimeoutMs })
  return server.on('secureConnection', onConnection).on('tlsClientError', (_error, socket) => socket.destroy())
}

async function listen(server: Server, { host, port }: StoreScpOptions): Promise<number> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw new AppError('configuration', `DICOM cannot be listened for on ${host}:${port}.`, { cause })
  }
  server.on('error', () => undefined)
  return (server.address() as AddressInfo).port
}

/** Says what was written last, then waits for the other side to hang up, but not for ever. */
async function endOf(socket: Socket, limitMs: number): Promise<void> {
  if (socket.destroyed) return
  const closed = once(socket, 'close').catch(() => undefined)
  const limit = setTimeout(() => socket.destroy(), Math.min(limitMs, 2000))
  socket.resume().end()
  await closed.finally(() => clearTimeout(limit))
}

/** An IPv4 address that came to a socket of both kinds is written as IPv4. */
function plainAddress(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
}
