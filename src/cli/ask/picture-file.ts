import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { AppError } from '../../errors.js'

/** `film.dcm` and `overlay.png` give `film.overlay.png`, in `folder`. */
export function besideName(folder: string, film: string, suffix: string): string {
  return join(folder, `${basename(film, extname(film))}.${suffix}`)
}

/** Before a model works for it: throws `invalid_option` as `writePicture` would. */
export function requireFree(paths: readonly string[], isForced: boolean): void {
  const taken = isForced ? undefined : paths.find((path) => existsSync(path))
  if (taken !== undefined) throw alreadyThere(taken)
}

/** Throws `invalid_option` where a file is there already, unless it may be written over. */
export async function writePicture(path: string, bytes: Uint8Array, isForced: boolean): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes, { flag: isForced ? 'w' : 'wx' }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(path, cause)
    throw new AppError('invalid_option', `${path} cannot be written.`, { cause })
  })
}

function alreadyThere(path: string, cause?: unknown): AppError {
  return new AppError('invalid_option', `${path} is there already; --force writes over it.`, { cause })
}
