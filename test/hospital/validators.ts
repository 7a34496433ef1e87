/** dicom3tools and dcmtk, which say what they think of an object; without them a test skips, in CI it fails. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TOOLS = ['dciodvfy', 'dcmdump', 'dsrdump', 'dcmp2pgm'] as const

export const missingTools =
  process.env['CI'] !== 'true' && TOOLS.some((tool) => spawnSync('which', [tool]).status !== 0)
    ? 'needs dicom3tools and dcmtk: apt-get install dicom3tools dcmtk'
    : false

function withFile<T>(bytes: Uint8Array, work: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-object-'))
  try {
    const path = join(folder, 'object.dcm')
    writeFileSync(path, bytes)
    return work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The errors that dciodvfy finds. */
export function validationErrors(bytes: Uint8Array): string[] {
  return withFile(bytes, (path) => {
    const { stdout, stderr, error } = spawnSync('dciodvfy', ['-new', path], { encoding: 'utf8' })
    if (error !== undefined) throw error
    return `${stdout}\n${stderr}`.split('\n').filter((line) => line.startsWith('Error'))
  })
}

/** What dcmdump prints of an object, long values cut. */
export function dump(bytes: Uint8Array): string {
  return withFile(bytes, (path) => execFileSync('dcmdump', ['-q', '+L', '-M', path], { encoding: 'utf8' }))
}

/** What dsrdump prints of a structured report; it refuses one whose content tree is not sound. */
export function reportDump(bytes: Uint8Array): string {
  return withFile(bytes, (path) =>
    execFileSync('dsrdump', ['-q', '+Pl', '+Pc', path], { encoding: 'utf8', maxBuffer: 1 << 24 }),
  )
}

/** What dcmtk's renderer says against a presentation state that it draws over its film; nothing where all is well. */
export function presentedState(state: Uint8Array, film: Uint8Array): string {
  return withFile(state, (statePath) =>
    withFile(film, (filmPath) => {
      const into = `${filmPath}.pgm`
      const { stdout, stderr, status } = spawnSync('dcmp2pgm', ['-p', statePath, filmPath, into], { encoding: 'utf8' })
      return status === 0 && existsSync(into)
        ? `${stdout}${stderr}`.replaceAll(/^[ID]: .*$/gm, '').trim()
        : `${stdout}${stderr}!`
    }),
  )
}
