import type { Reply } from './connection.js'
import type { Replies } from './load-plan.js'

/** Grows by doubling, so that recording a reply costs a few stores. */
export class Recorder {
  #count = 0
  #at = new Float64Array(1024)
  #latency = new Float64Array(1024)
  #status = new Uint16Array(1024)
  #hasRetryAfter = new Uint8Array(1024)

  add(at: number, latency: number, reply: Reply): void {
    if (this.#count === this.#at.length) this.#grow()
    this.#at[this.#count] = at
    this.#latency[this.#count] = latency
    this.#status[this.#count] = reply.status
    this.#hasRetryAfter[this.#count] = Number(reply.hasRetryAfter)
    this.#count++
  }

  get count(): number {
    return this.#count
  }

  replies(): Replies {
    return {
      at: this.#at.slice(0, this.#count),
      latency: this.#latency.slice(0, this.#count),
      status: this.#status.slice(0, this.#count),
      hasRetryAfter: this.#hasRetryAfter.slice(0, this.#count),
    }
  }

  #grow(): void {
    const size = this.#at.length * 2
    const { at, latency, status, hasRetryAfter } = this.replies()
    ;(this.#at = new Float64Array(size)).set(at)
    ;(this.#latency = new Float64Array(size)).set(latency)
    ;(this.#status = new Uint16Array(size)).set(status)
    ;(this.#hasRetryAfter = new Uint8Array(size)).set(hasRetryAfter)
  }
}
