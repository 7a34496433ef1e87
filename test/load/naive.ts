import { fileURLToPath } from 'node:url'
import type { ImageGraph } from './graph-input.js'
import { startServer, type ServerProcess } from './server-process.js'

export function startNaive(graph: ImageGraph, logFile: string): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('./naive.process.ts', import.meta.url))
  return startServer({
    name: 'naive',
    args: ['--import', 'tsx', script, JSON.stringify(graph)],
    readyPath: '/health/live',
    logFile,
  })
}
