import { spawn } from 'node:child_process'
import { importerEnvironment } from '../config.js'
import { AppError } from '../errors.js'

export interface PythonRun {
  /** The interpreter. */
  readonly python: string
  /** Of `model-store/import`, run as `python -m`. */
  readonly module: string
  readonly args: readonly string[]
  /** Aborted, the interpreter is sent SIGTERM. */
  readonly signal?: AbortSignal
}

/**
 * Runs one of the importers; what it prints goes where this program prints. Throws `model_invalid` when there is no such
 * interpreter, and when it does not end with 0: it has said why.
 */
export async function runPython({ python, module, args, signal }: PythonRun): Promise<void> {
  const env = importerEnvironment()
  const child = spawn(python, ['-m', module, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    ...(signal !== undefined && { signal }),
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new AppError('model_invalid', `${python} cannot be run: ${cause.message}`, { cause })),
    )
    child.on('exit', resolve)
  })
  if (code !== 0) throw new AppError('model_invalid', 'No pack was made.')
}

/** Which of these packages the interpreter does not find. Throws `model_invalid` when there is no such interpreter. */
export async function pythonModules(python: string, names: readonly string[]): Promise<string[]> {
  const program =
    'import importlib.util, sys\nfor n in sys.argv[1:]:\n    if importlib.util.find_spec(n) is None: print(n)'
  const child = spawn(python, ['-c', program, ...names], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: importerEnvironment(),
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new AppError('model_invalid', `${python} cannot be run: ${cause.message}`, { cause })),
    )
    child.on('close', resolve)
  })
  if (code !== 0) throw new AppError('model_invalid', `${python} cannot be asked.`)
  return text.split('\n').filter(Boolean)
}
