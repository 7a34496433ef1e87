import { join } from 'node:path'
import { inImportFolder } from './import-folder.js'
import { runPython } from './python.js'
import { addFolder, required, withService, type Action } from './workplace.js'

const USAGE = 'import SYSTEM CHECKPOINT [--name NAME] [--version VERSION] [what the system takes: import SYSTEM --help]'

/**
 * `radserve models import`: a published checkpoint becomes a pack in Python, and is added as any other: digests, then its
 * goldens on the runtime that will serve it.
 */
export const importCheckpoint: Action = async (workplace, args) => {
  const [system, checkpoint, ...rest] = args
  const { config, store } = workplace
  const command = { python: config.RADSERVE_PYTHON, module: 'importing' }
  const from = required(checkpoint ?? (system?.startsWith('--') ? system : undefined), USAGE)
  return inImportFolder(store.root, async (folder, signal) => {
    if (args.some((argument) => ['--help', '--list'].includes(argument))) {
      await runPython({ ...command, args, signal })
      return 0
    }
    const pack = join(folder, 'pack')
    await runPython({ ...command, args: [required(system, USAGE), from, '--out', pack, ...rest], signal })
    return withService(config, (service) => addFolder(workplace, service, pack))
  })
}
