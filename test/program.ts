import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/**
 * Arguments of node that start a program of `src`, wherever that is done. A run of every test builds it once, which
 * spares each process two seconds of a core; otherwise it is run as it is written.
 */
export function program(name: 'main' | 'cli/radserve'): string[] {
  if (process.env['RADSERVE_BUILT'] === 'true') return [join(ROOT, `dist/${name}.js`)]
  return ['--import', import.meta.resolve('tsx'), join(ROOT, `src/${name}.ts`)]
}
