import { loadProcessConfig, type Config } from '../../config.js'
import { EXIT } from '../exit-codes.js'
import { alignColumns } from '../text-table.js'
import { failed, messageOf, type Check } from './check.js'
import { checkCores, checkDataDir, checkDrivers, checkMemory, checkNode, checkOpenFiles } from './machine.js'

/** Looks at everything that a service needs, and goes on where something is missing. 1 where it could not serve. */
export async function runDoctor(options: { readonly config?: string; readonly json?: boolean }): Promise<number> {
  const checks = [checkNode(), ...(await checksOf(options.config))]
  if (options.json === true) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`)
  else
    process.stdout.write(
      `${alignColumns(checks.map(({ state, name, found }) => [state, name, found]))}\n${adviceOf(checks)}`,
    )
  return checks.some(({ state }) => state === 'failed') ? EXIT.failed : EXIT.done
}

async function checksOf(file: string | undefined): Promise<Check[]> {
  let config: Config
  try {
    config = loadProcessConfig(file)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [failed('configuration', found, '`radserve config` tells every key and what it takes.')]
  }
  const machine = [
    checkCores(config),
    checkMemory(config),
    checkOpenFiles(),
    await checkDataDir(config),
    checkDrivers(),
  ]
  try {
    const { checkAddress, checkPython, checkRunning, checkStore } = await import('./service.js')
    const store = await checkStore(config)
    return [...machine, checkAddress(config), ...store, ...(await checkRunning(config)), await checkPython(config)]
  } catch (error) {
    // A native library that does not load fails where it is imported.
    return [...machine, failed('libraries', messageOf(error), 'Install again for this platform: npm ci.')]
  }
}

function adviceOf(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ name, advice }) => (advice === undefined ? [] : [`${name}: ${advice}`]))
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}
