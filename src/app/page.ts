import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The same folder seen from `src/app` and from `dist/app`. */
const BUILT = resolve(import.meta.dirname, '../../dist/page')

/** Where the built playground is; undefined where `npm run build` has not made it. */
export function pageFolder(): string | undefined {
  return existsSync(join(BUILT, 'index.html')) ? BUILT : undefined
}
