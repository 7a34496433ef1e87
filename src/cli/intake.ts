import { mistakesError, ruleMistakes } from '../app/intake.js'
import { loadHospitalConfig, loadProcessConfig } from '../config.js'
import { openStore } from '../app.js'

/** `radserve intake check`: whether the service would start with the file. Throws `configuration` naming every mistake. */
export async function checkIntake(file: string, configFile: string | undefined): Promise<number> {
  const config = { ...loadProcessConfig(configFile), HOSPITAL_CONFIG: file }
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
