/** Writes `src/client/schema.ts`, the types of the HTTP contract, from `openapi/openapi.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTypescript, { astToString } from 'openapi-typescript'

const OPENAPI_FILE = fileURLToPath(new URL('./openapi.json', import.meta.url))
export const SCHEMA_FILE = fileURLToPath(new URL('../src/client/schema.ts', import.meta.url))

const HEADER = '// Generated from openapi/openapi.json by `npm run client`. Do not edit.\n\n'

/** The types as text: of each path, its methods, bodies and answers. */
export async function clientSchemaText(): Promise<string> {
  const contract = readFileSync(OPENAPI_FILE, 'utf8')
  return HEADER + astToString(await openapiTypescript(contract, { silent: true }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SCHEMA_FILE, await clientSchemaText())
