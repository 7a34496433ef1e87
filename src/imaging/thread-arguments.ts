import { extname } from 'node:path'

/**
 * Arguments of Node.js for a thread whose module is this file. Piscina tries `require` first, and Node.js 20 ends the whole
 * process when a thread is ended while it reads a module in that way; without it the module is imported.
 */
export function threadArguments(file: string): string[] {
  const imported = '--no-experimental-require-module'
  return extname(file) === '.ts' ? ['--import', import.meta.resolve('tsx'), imported] : [imported]
}
