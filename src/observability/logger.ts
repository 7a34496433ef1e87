import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'

/**
 * JSON lines on standard output. Request and response serializers are left without URLs' queries, headers and bodies:
 * a file name or a prompt can hold a patient's name.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'radserve' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: stdSerializers.err, req: () => undefined, res: () => undefined },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
