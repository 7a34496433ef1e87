import { openStore, type Service } from '../app.js'
import { loadProcessConfig } from '../config.js'
import { AppError } from '../errors.js'
import { importCheckpoint } from './models-import.js'
import { makeVariant } from './models-variant.js'
import { addFolder, print, required, withService, type Action, type Workplace } from './workplace.js'

/** `radserve models …`; the exit code is 0 when all that was asked for is done and sound. */
export async function runModels(args: string[]): Promise<number> {
  const [verb, ...rest] = args
  const action = Object.entries(ACTIONS).find(([name]) => name === verb)?.[1]
  if (action === undefined) {
    process.stderr.write(`radserve models takes ${Object.keys(ACTIONS).join(', ')}.\n`)
    return 2
  }
  const config = { ...loadProcessConfig(), DEFAULT_MODELS: '', LOG_LEVEL: 'silent', AUDIT: 'off' } as const
  return action({ config, ...openStore(config) }, rest)
}

const ACTIONS: Readonly<Record<string, Action>> = {
  list,
  show,
  verify,
  add,
  remove,
  alias,
  import: importCheckpoint,
  variant: makeVariant,
}

async function list({ store }: Workplace): Promise<number> {
  for (const [name, versions] of await store.list()) print(`${name}  ${versions.join(' ')}`)
  for (const [name, target] of Object.entries(await store.aliases())) print(`${name} -> ${target}`)
  return 0
}

async function show({ store }: Workplace, [reference]: readonly string[]): Promise<number> {
  const pack = await store.open(await store.resolve(required(reference, 'show NAME[@VERSION]')))
  print(JSON.stringify({ digest: pack.digest, ...pack.manifest, goldens: undefined }, null, 2))
  return 0
}

async function verify(workplace: Workplace, references: readonly string[]): Promise<number> {
  const asked = references.length > 0 ? references : await everyId(workplace)
  return withService(workplace.config, async ({ models }) => {
    let failures = 0
    for (const reference of asked) if (!(await verifyOne(models, reference))) failures += 1
    return failures === 0 ? 0 : 1
  })
}

async function verifyOne(models: Service['models'], reference: string): Promise<boolean> {
  try {
    const model = await models.load(reference)
    print(`ok      ${model.id}  ${model.identity.digest}`)
    await models.unload(model.id)
    return true
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    print(`failed  ${reference}  ${error.message}`)
    for (const field of error.details.fields ?? []) print(`        ${field.pointer} ${field.detail}`)
    return false
  }
}

async function everyId({ store }: Workplace): Promise<string[]> {
  return [...(await store.list())].flatMap(([name, versions]) => versions.map((version) => `${name}@${version}`))
}

async function add(workplace: Workplace, [source]: readonly string[]): Promise<number> {
  const from = required(source, 'add SOURCE')
  return withService(workplace.config, (service) => addFolder(workplace, service, from))
}

async function remove({ store }: Workplace, [reference]: readonly string[]): Promise<number> {
  const text = required(reference, 'remove NAME@VERSION')
  if (!text.includes('@')) throw new AppError('invalid_option', 'Name the version too: a removed pack is gone.')
  await store.remove(await store.resolve(text))
  print(`removed ${text}`)
  return 0
}

async function alias({ store }: Workplace, [name, target]: readonly string[]): Promise<number> {
  const text = required(name, 'alias ALIAS [NAME@VERSION]')
  if (target !== undefined) await store.resolve(target)
  await store.setAlias(text, target)
  print(target === undefined ? `${text} is no alias any more` : `${text} -> ${target}`)
  return 0
}
