import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../errors.js'

/** Paths of a study's films in one cell of a CSV file, between semicolons. */
export function filmPaths(cell: string, csv: string, root: string | undefined): string[] {
  const folder = root ?? dirname(csv)
  return cell
    .split(';')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => resolve(folder, path))
}

/** Throws `invalid_option`. */
export async function readFilm(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new AppError('invalid_option', `${path} cannot be read.`, { cause })
  })
}

/** What `act` throws about a film, with the film's name before it. */
export async function aboutFilm<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `${path}: ${error.message}`, { cause: error, details: error.details })
  }
}
