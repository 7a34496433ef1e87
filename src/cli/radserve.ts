#!/usr/bin/env node
import '../stop-signal.js'

// Not a static import: those are all read from disk before the first of them runs.
await import('./commands.js')
