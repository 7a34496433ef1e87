/**
 * Arguments of node that start a program of `src`, from the repository's root. A run of every test builds it once, which
 * spares each process two seconds of a core; otherwise it is run as it is written.
 */
export function program(name: 'main' | 'cli/radserve'): string[] {
  return process.env['RADSERVE_BUILT'] === 'true' ? [`dist/${name}.js`] : ['--import', 'tsx', `src/${name}.ts`]
}
