/** What a hospital's file says of films that come in, in the words of the rooms that do it. */
import { readFileSync } from 'node:fs'
import { NO_HOSPITAL, type HospitalConfig } from '../config/hospital-config.js'
import type { DestinationSection, IntakeSection, RuleSection, TaskSection } from '../config/intake-sections.js'
import { AppError, type FieldError } from '../errors.js'
import { createDicomwebClient } from '../hospital/dicomweb/client.js'
import { createStoreScu } from '../hospital/dimse/store-scu.js'
import { checkTaskOptions } from '../http/task-options.js'
import type { Destination } from '../intake/destination.js'
import { fhirDestination } from '../intake/fhir-destination.js'
import { createIntake, type Intake, type IntakeOptions } from '../intake/intake.js'
import { mllpDestination } from '../intake/mllp-destination.js'
import { storeDestination } from '../intake/store-destination.js'
import type { IntakeSettings, Rule, TaskSettings } from '../intake/settings.js'
import type { Store } from '../store/store.js'

/** Where the file says no other. */
const OWN_AE = 'RADSERVE'

export type IntakeDeps = Omit<IntakeOptions, 'rules' | 'destinations' | 'settings'>

/** `undefined` where there is no file. Throws `configuration` naming every model, option and file that cannot be used. */
export async function openIntake(
  hospital: HospitalConfig,
  store: Store,
  deps: IntakeDeps,
): Promise<Intake | undefined> {
  if (hospital === NO_HOSPITAL) return undefined
  const { rules, destinations, intake } = hospital.file
  const mistakes = await ruleMistakes(rules, store)
  const opened: Destination[] = []
  for (const [name, section] of Object.entries(destinations)) {
    try {
      opened.push(destinationOf(name, section, { hospital, deps, timeoutMs: intake.send_timeout_ms }))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      mistakes.push({ pointer: `/destinations/${name}`, detail: error.message })
    }
  }
  if (mistakes.length > 0) {
    for (const destination of opened) destination.close()
    throw mistakesError(mistakes)
  }
  return createIntake({
    ...deps,
    rules: rules.map(ruleOf),
    destinations: opened,
    settings: settingsOf(intake),
  })
}

/** Of rules that a schema has passed. */
export async function ruleMistakes(
  rules: readonly RuleSection[],
  store: Pick<Store, 'resolve'>,
): Promise<FieldError[]> {
  const mistakes: FieldError[] = []
  for (const [at, { tasks }] of rules.entries()) {
    for (const [index, task] of tasks.entries()) {
      const pointer = `/rules/${at}/tasks/${index}`
      mistakes.push(...optionMistakes(task, pointer))
      if (task.model === undefined) continue
      const isThere = await store.resolve(task.model).then(
        () => true,
        () => false,
      )
      if (!isThere) mistakes.push({ pointer: `${pointer}/model`, detail: 'is not in the store' })
    }
  }
  return mistakes
}

export function mistakesError(mistakes: readonly FieldError[]): AppError {
  const lines = mistakes.map(({ pointer, detail }) => `  ${pointer} ${detail}`)
  return new AppError('configuration', `HOSPITAL_CONFIG has ${mistakes.length} mistake(s):\n${lines.join('\n')}`, {
    details: { fields: mistakes },
  })
}

function optionMistakes({ route, options }: TaskSection, pointer: string): FieldError[] {
  try {
    checkTaskOptions(route, options)
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { fields = [] } = error.details
    return fields.map((field) => ({ pointer: `${pointer}/options${field.pointer}`, detail: field.detail }))
  }
}

interface DestinationFrame {
  readonly hospital: HospitalConfig
  readonly deps: IntakeDeps
  readonly timeoutMs: number
}

function destinationOf(name: string, section: DestinationSection, frame: DestinationFrame): Destination {
  if ('stow' in section) return stowDestination(name, section.stow, frame)
  if ('cstore' in section) return cstoreDestination(name, section.cstore, frame)
  const { deps, timeoutMs } = frame
  const { log, meter } = deps
  if ('fhir' in section) {
    const {
      url,
      token_url: tokenUrl,
      client_id: clientId,
      key_id: keyId,
      algorithm,
      scope,
      key_file: file,
    } = section.fhir
    const client = { tokenUrl, clientId, keyId, algorithm, scope, privateKey: readText(file) }
    return fhirDestination(name, { baseUrl: url, client, timeoutMs, log, meter })
  }
  const { host, port, tls, processing, ...parties } = section.mllp
  return mllpDestination(name, {
    ...{ host, port, timeoutMs, log, meter },
    ...(tls && { tls: readTls(tls) }),
    frame: {
      processing,
      sender: { application: parties.sending_application, facility: parties.sending_facility },
      receiver: { application: parties.receiving_application, facility: parties.receiving_facility },
    },
  })
}

function stowDestination(name: string, server: string, { hospital, timeoutMs }: DestinationFrame): Destination {
  const section = hospital.file.servers[server]
  if (section === undefined) throw new AppError('internal', 'A server was lost on the way. This is a bug.')
  const auth = hospital.secrets.get(server)
  const { url, max_bytes: maxBytes, max_parts: maxParts } = section
  return storeDestination(
    name,
    createDicomwebClient({
      baseUrl: url.replace(/\/$/, ''),
      ...(auth && { auth }),
      timeoutMs: Math.min(timeoutMs, section.timeout_ms),
      ...{ maxBytes, maxParts },
    }),
  )
}

function cstoreDestination(name: string, ae: string, { hospital, timeoutMs }: DestinationFrame): Destination {
  const section = hospital.file.aes[ae]
  if (section === undefined) throw new AppError('internal', 'An entity was lost on the way. This is a bug.')
  const { host, port, called_ae: calledAe, calling_ae: callingAe = OWN_AE, tls } = section
  return storeDestination(
    name,
    createStoreScu({
      ...{ host, port, calledAe, callingAe },
      timeoutMs: Math.min(timeoutMs, section.timeout_ms),
      ...(tls && { tls: readTls(tls) }),
    }),
  )
}

export function readTls(files: {
  readonly ca_file?: string
  readonly cert_file?: string
  readonly key_file?: string
}): { ca?: string; cert?: string; key?: string } {
  const { ca_file: ca, cert_file: cert, key_file: key } = files
  return {
    ...(ca !== undefined && { ca: readText(ca) }),
    ...(cert !== undefined && { cert: readText(cert) }),
    ...(key !== undefined && { key: readText(key) }),
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `names a file that cannot be read: ${path}`, { cause })
  }
}

function ruleOf({ name, when, shadow, tasks }: RuleSection): Rule {
  const { source, called_ae, calling_ae, modality, body_part, view, description } = when
  return {
    ...{ name, shadow, tasks: tasks.map(taskOf) },
    when: {
      ...(source !== undefined && { source }),
      ...(called_ae !== undefined && { calledAe: called_ae }),
      ...(calling_ae !== undefined && { callingAe: calling_ae }),
      ...(modality !== undefined && { modality }),
      ...(body_part !== undefined && { bodyPart: body_part }),
      ...(view !== undefined && { view }),
      ...(description !== undefined && { description }),
    },
  }
}

function taskOf({ model, ...task }: TaskSection): TaskSettings {
  return { ...task, ...(model !== undefined && { model }) }
}

function settingsOf(section: IntakeSection): IntakeSettings {
  return {
    quietMs: section.quiet_ms,
    maxBytes: section.max_bytes,
    maxOpenTasks: section.max_open_tasks,
    maxSends: section.max_sends,
    sendTimeoutMs: section.send_timeout_ms,
    retryFirstMs: section.retry_first_ms,
    retryLongestMs: section.retry_longest_ms,
    retryAttempts: section.retry_attempts,
    retryForMs: section.retry_for_ms,
    keepDoneMs: section.keep_done_ms,
    keepFailedMs: section.keep_failed_ms,
    keepShadowMs: section.keep_shadow_ms,
    rememberMs: section.remember_ms,
  }
}
