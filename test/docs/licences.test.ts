import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMarkdown, ROOT } from './markdown.js'

const page = readMarkdown('docs/licences.md')
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))

interface Licence {
  readonly weights: string
  readonly attributions: readonly string[]
}

test('the page names every embedded pack with its licence, and every source of data', () => {
  for (const name of ['cxr-align', 'lvit-lung', 'refers-mini', 'roentgen-mini']) {
    for (const version of readdirSync(join(ROOT, 'model-store', name))) {
      const { licence } = readJson(`model-store/${name}/${version}/model.json`) as { licence: Licence }
      assert.match(page, new RegExp(`\\| ${name} \\| ${licence.weights.replaceAll('.', '\\.')} \\|`))
      const sources = licence.attributions.filter((line) => !/not the authors' work|cxr-align 1/.test(line))
      assert.deepEqual(
        sources.filter((line) => !page.includes(line)),
        [],
        `${name}@${version}`,
      )
    }
  }
})

test('the page counts the libraries by licence', () => {
  interface Locked {
    readonly dev?: boolean
    readonly devOptional?: boolean
    readonly license?: string
  }
  const { packages } = readJson('package-lock.json') as { packages: Record<string, Locked> }
  const counts: Record<string, number> = {}
  for (const [path, { dev = false, devOptional = false, license = 'none' }] of Object.entries(packages)) {
    if (path !== '' && !dev && !devOptional) counts[license] = (counts[license] ?? 0) + 1
  }
  const table = page.split('## Libraries')[1]!.matchAll(/^\| ([^|]+) \| (\d+) \|$/gm)
  assert.deepEqual(Object.fromEntries([...table].map(([, name, count]) => [name, Number(count)])), counts)
})
