import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { clientSchemaText, SCHEMA_FILE } from '../../openapi/generate-client.js'

test('the types of the client are those of openapi.json; run `npm run client` when this fails', async () => {
  assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), await clientSchemaText())
})
