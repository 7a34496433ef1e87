import { connect, type Socket } from 'node:net'

/** What came back; status 0 when the connection ended before an answer was whole. */
export interface Reply {
  readonly status: number
  readonly hasRetryAfter: boolean
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LOST: Reply = { status: 0, hasRetryAfter: false }

interface Pending {
  readonly onReply: (reply: Reply) => void
  head: Buffer
  /** Unknown until the head is whole. */
  reply: Reply | undefined
  bodyLeftBytes: number
  isLast: boolean
}

/**
 * One keep-alive HTTP/1.1 connection with one request at a time. It reads as little of an answer as it can (status and
 * content-length), because it shares the cores with what it measures. It connects again by itself when it was closed.
 */
export class Connection {
  readonly #host: string
  readonly #port: number
  #socket: Socket | undefined
  #pending: Pending | undefined

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  /** `request` is a whole HTTP request; `onReply` is called once. */
  send(request: Uint8Array, onReply: (reply: Reply) => void): void {
    if (this.#pending !== undefined) throw new Error('A connection was given a second request before its reply.')
    this.#pending = { onReply, head: Buffer.alloc(0), reply: undefined, bodyLeftBytes: 0, isLast: false }
    this.#socket ??= this.#open()
    this.#socket.write(request)
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    const isCurrent = (): boolean => this.#socket === socket
    socket.on('data', (chunk) => {
      if (isCurrent()) this.#read(chunk)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (!isCurrent()) return
      this.#socket = undefined
      this.#finish(LOST)
    })
    return socket
  }

  #read(chunk: Buffer): void {
    const pending = this.#pending
    if (pending === undefined) return
    if (pending.reply === undefined) {
      const seen = pending.head.length === 0 ? chunk : Buffer.concat([pending.head, chunk])
      const end = seen.indexOf(HEAD_END)
      if (end < 0) {
        pending.head = seen
        return
      }
      this.#readHead(pending, seen.toString('latin1', 0, end))
      pending.bodyLeftBytes -= seen.length - end - HEAD_END.length
    } else {
      pending.bodyLeftBytes -= chunk.length
    }
    if (pending.bodyLeftBytes > 0 || pending.reply === undefined) return
    if (pending.isLast) {
      this.#socket?.destroy()
      this.#socket = undefined
    }
    this.#finish(pending.reply)
  }

  #readHead(pending: Pending, head: string): void {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const status = Number(head.slice(9, 12))
    if (length === undefined && status !== 204) throw new Error(`An answer has no content-length:\n${head}`)
    pending.reply = { status, hasRetryAfter: status >= 400 && /\r\nretry-after:/i.test(head) }
    pending.bodyLeftBytes = Number(length ?? 0)
    pending.isLast = /\r\nconnection: *close/i.test(head)
  }

  #finish(reply: Reply): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.onReply(reply)
  }
}

/** The bytes of one request, made once and sent many times. */
export function requestBytes(
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string | number>> = {},
  body: Uint8Array = new Uint8Array(0),
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = method === 'POST' ? `content-length: ${body.length}\r\n` : ''
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}${length}\r\n`),
    body,
  ])
}
