import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'

/** As many as are written at once; fewer when so much time has passed. */
const CHUNK_BYTES = 4096
const FLUSH_EVERY_MS = 100
/** Lines that a stuck reader of the standard output may keep waiting; later ones are dropped, rather than the service held up. */
const MOST_WAITING_BYTES = 16 << 20

/**
 * JSON lines on standard output. Request and response serializers are left without URLs' queries, headers and bodies:
 * a file name or a prompt can hold a patient's name.
 */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  const options = {
    level,
    base: { service: 'radserve' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: stdSerializers.err, req: () => undefined, res: () => undefined },
  }
  return pino(options, destination)
}

/**
 * Written beside the event loop and many at once: a line by itself costs a system call, and to hand it to another thread costs as
 * much. What waits is written when the process ends, but for one that is killed.
 */
function standardOutput(): DestinationStream {
  const pace = { minLength: CHUNK_BYTES, periodicFlush: FLUSH_EVERY_MS, maxLength: MOST_WAITING_BYTES }
  return pino.destination({ dest: 1, sync: false, ...pace })
}
