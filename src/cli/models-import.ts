import { join } from 'node:path'
import { inImportFolder } from './import-folder.js'
import { runPython } from './python.js'
import { addFolder, openWorkplace, withService } from './workplace.js'

/**
 * `radserve models import`: a published checkpoint becomes a pack in Python, and is added as any other: digests, then its
 * goldens on the runtime that will serve it. `rest` is what the system takes.
 */
export async function importModel(system: string, checkpoint: string, rest: readonly string[]): Promise<number> {
  const workplace = openWorkplace()
  const { config, store } = workplace
  return inImportFolder(store.root, async (folder, signal) => {
    const pack = join(folder, 'pack')
    const args = [system, checkpoint, '--out', pack, ...rest]
    await runPython({ python: config.RADSERVE_PYTHON, module: 'importing', args, signal })
    return withService(config, (service) => addFolder(workplace, service, pack))
  })
}

/** What the importers say of themselves: `--list`, or `SYSTEM --help`. */
export async function askImporters(args: readonly string[]): Promise<number> {
  const { config } = openWorkplace()
  await runPython({ python: config.RADSERVE_PYTHON, module: 'importing', args })
  return 0
}
