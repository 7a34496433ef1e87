import { configKeys } from '../config.js'

export function printConfig(): number {
  for (const { key, fallback, description } of configKeys()) {
    process.stdout.write(`${key}=${fallback}\n    ${description}\n`)
  }
  return 0
}
