import type { Service } from '../app.js'
import { AppError } from '../errors.js'
import { addFolder, openWorkplace, print, withService, type Workplace } from './workplace.js'

/** The commands below `radserve models`; the exit code is 0 when all that was asked for is done and sound. */
export async function listModels(): Promise<number> {
  const { store } = openWorkplace()
  for (const [name, versions] of await store.list()) print(`${name}  ${versions.join(' ')}`)
  for (const [name, target] of Object.entries(await store.aliases())) print(`${name} -> ${target}`)
  return 0
}

export async function showModel(reference: string): Promise<number> {
  const { store } = openWorkplace()
  const pack = await store.open(await store.resolve(reference))
  print(JSON.stringify({ digest: pack.digest, ...pack.manifest, goldens: undefined }, null, 2))
  return 0
}

export async function verifyModels(references: readonly string[]): Promise<number> {
  const workplace = openWorkplace()
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

export async function addModel(source: string): Promise<number> {
  const workplace = openWorkplace()
  return withService(workplace.config, (service) => addFolder(workplace, service, source))
}

export async function removeModel(reference: string): Promise<number> {
  if (!reference.includes('@')) throw new AppError('invalid_option', 'Name the version too: a removed pack is gone.')
  const { store } = openWorkplace()
  await store.remove(await store.resolve(reference))
  print(`removed ${reference}`)
  return 0
}

export async function setAlias(alias: string, target: string | undefined): Promise<number> {
  const { store } = openWorkplace()
  if (target !== undefined) await store.resolve(target)
  await store.setAlias(alias, target)
  print(target === undefined ? `${alias} is no alias any more` : `${alias} -> ${target}`)
  return 0
}
