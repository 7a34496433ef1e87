/**
 * SIGTERM and SIGINT from the first moment on. The kernel drops a signal to process 1 that nobody listens for, and the
 * program takes half a second to read: an entry point imports this before anything else, and nothing is imported here.
 */
export type StopSignal = (typeof NAMES)[number]

const NAMES = ['SIGTERM', 'SIGINT'] as const
let early: StopSignal | undefined

const remember = (name: NodeJS.Signals): void => {
  early ??= name as StopSignal
}
for (const name of NAMES) process.on(name, remember)

/** Resolves with the next signal, or with the one that came before anybody could listen. */
export function nextSignal(): Promise<StopSignal> {
  const came = early
  if (came !== undefined) {
    forgetSignals()
    return Promise.resolve(came)
  }
  const next = new Promise<StopSignal>((resolve) => {
    const onSignal = (name: NodeJS.Signals): void => {
      for (const each of NAMES) process.off(each, onSignal)
      resolve(name as StopSignal)
    }
    for (const each of NAMES) process.on(each, onSignal)
  })
  // Not before: a signal that the kernel has handed over and nobody was told yet is lost when nobody listens.
  forgetSignals()
  return next
}

/** Signals do what they do by default again. Returns the one that came meanwhile. */
export function forgetSignals(): StopSignal | undefined {
  for (const name of NAMES) process.off(name, remember)
  const came = early
  early = undefined
  return came
}
