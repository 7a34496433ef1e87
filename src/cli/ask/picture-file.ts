import { mkdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { AppError } from '../../errors.js'

/** `film.dcm` and `overlay.png` give `film.overlay.png`, in `folder`. */
export function besideName(folder: string, film: string, suffix: string): string {
  return join(folder, `${basename(film, extname(film))}.${suffix}`)
}

/** Throws `invalid_option` where a file is there already, unless it may be written over. */
export async function writePicture(path: string, bytes: Uint8Array, isForced: boolean): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes, { flag: isForced ? 'w' : 'wx' }).catch((cause: unknown) => {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = isThere ? `${path} is there already; --force writes over it.` : `${path} cannot be written.`
    throw new AppError('invalid_option', why, { cause })
  })
}
