/** One connection of the Minimal Lower Layer Protocol (HL7 v2 transport, release 1): VT, message, FS, CR, and the same back. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const START = 0x0b
const END = 0x1c
const CARRIAGE_RETURN = 0x0d
const MAX_ACK_BYTES = 64 << 10

export interface MllpAddress {
  readonly host: string
  readonly port: number
  /** Absent: no TLS. The server's certificate is always checked. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

export function frameMessage(message: string): Buffer {
  return Buffer.concat([Buffer.of(START), Buffer.from(message, 'utf8'), Buffer.of(END, CARRIAGE_RETURN)])
}

/** Rejects when the other end cannot be reached, or `signal` aborts. */
export function openMllp({ host, port, tls }: MllpAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      tls === undefined ? connectPlain({ host, port }) : connectTls({ host, port, servername: host, ...tls })
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      reject(error)
    }
    const abort = (): void => fail(new Error('timeout'))
    socket.once('error', fail)
    signal.addEventListener('abort', abort)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      signal.removeEventListener('abort', abort)
      socket.off('error', fail)
      // A connection that breaks between two messages is found out by the next one.
      socket.on('error', () => socket.destroy())
      // Read, so that its end is seen while nothing is sent.
      socket.resume()
      resolve(socket)
    })
    if (signal.aborted) abort()
  })
}

/** Sends a message and reads the one that comes back. Whatever goes wrong ends the connection: nobody knows what it would say next. */
export function exchangeMllp(socket: Socket, message: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('data', onData).off('close', onClose)
      settle()
    }
    const fail = (reason: string): void =>
      end(() => {
        socket.destroy()
        reject(new Error(reason))
      })
    const onAbort = (): void => fail('timeout')
    const onClose = (): void => fail('closed')
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk])
      if (received.length > MAX_ACK_BYTES) {
        fail('acknowledgement too large')
        return
      }
      if (received[0] !== START) {
        fail('no frame')
        return
      }
      const at = received.indexOf(Buffer.of(END, CARRIAGE_RETURN))
      if (at < 0) return
      if (at + 2 !== received.length) {
        fail('more than one acknowledgement')
        return
      }
      const text = received.toString('utf8', 1, at)
      end(() => resolve(text))
    }
    signal.addEventListener('abort', onAbort)
    socket.on('data', onData).once('close', onClose)
    if (signal.aborted) {
      onAbort()
      return
    }
    if (socket.destroyed) {
      onClose()
      return
    }
    socket.write(frameMessage(message))
  })
}
