// Loaded with `node --import` into a server that is measured, so that the server itself needs no hook for it: on SIGUSR2
// the delays of the event loop since the last time are written to file descriptor 3 as a line of JSON, in ms, and what V8
// collected meanwhile.
//
// perf_hooks records the time between two turns of a timer of RESOLUTION_MS, so the delay is what is above that.
import { writeSync } from 'node:fs'
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'

// A look costs what a wake-up costs, and takes a core from whoever computes.
const RESOLUTION_MS = 10
const FD = 3

// Threads and lanes inherit --import from the server.
const isServer = isMainThread && /(main|naive\.process)\.(js|ts)$/.test(process.argv[1] ?? '')

if (isServer) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let collected = { full: 0, ms: 0 }
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries()) {
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collected.full++
      collected.ms += duration
    }
  }).observe({ entryTypes: ['gc'] })
  process.on('SIGUSR2', () => {
    const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
    const line = {
      p50: ms(delays.percentile(50)),
      p99: ms(delays.percentile(99)),
      max: ms(delays.max),
      count: delays.count,
      collected,
    }
    delays.reset()
    collected = { full: 0, ms: 0 }
    writeSync(FD, `${JSON.stringify(line)}\n`)
  })
}
