import './stop-signal.js'

// Not a static import: those are all read from disk before the first of them runs.
const { start } = await import('./start.js')
process.exitCode = await start()
