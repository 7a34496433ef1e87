import { parseArgs } from 'node:util'
import { mistakesError, ruleMistakes } from '../app/intake.js'
import { loadHospitalConfig, loadProcessConfig } from '../config.js'
import { openStore } from '../app.js'

/** `intake check FILE`: whether the service would start with the file. Throws `configuration` naming every mistake. */
export async function runIntake(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args, allowPositionals: true, options: { config: { type: 'string' } } })
  const [verb, file, ...rest] = positionals
  if (verb !== 'check' || file === undefined || rest.length > 0) {
    process.stderr.write('radserve intake check FILE [--config FILE]\n')
    return 2
  }
  const config = { ...loadProcessConfig(values.config), HOSPITAL_CONFIG: file }
  const { file: hospital } = loadHospitalConfig(config)
  const { store } = openStore(config)
  const mistakes = await ruleMistakes(hospital.rules, store)
  if (mistakes.length > 0) throw mistakesError(mistakes)
  const tasks = hospital.rules.reduce((sum, rule) => sum + rule.tasks.length, 0)
  process.stdout.write(
    `${hospital.rules.length} rules with ${tasks} tasks, ${Object.keys(hospital.destinations).length} destinations: no mistakes\n`,
  )
  return 0
}
