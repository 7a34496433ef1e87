import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { anchorsOf, markdownFiles, prose, readMarkdown, ROOT } from './markdown.js'

test('every link to a file or a heading of ours leads there', () => {
  const dead = markdownFiles().flatMap((file) => {
    const links = [...prose(readMarkdown(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    return links.filter((link) => !/^[a-z]+:/.test(link) && !leads(file, link)).map((link) => `${file}: ${link}`)
  })
  assert.deepEqual(dead, [])
})

function leads(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), decodeURIComponent(path)))
  if (target.startsWith('..') || !existsSync(join(ROOT, target))) return false
  if (anchor === undefined) return true
  return statSync(join(ROOT, target)).isFile() && anchorsOf(readMarkdown(target)).has(anchor)
}

test('docs/README.md names every page and decision', () => {
  const index = readMarkdown('docs/README.md')
  const pages = markdownFiles().filter(
    (file) => /^docs\/(decisions\/)?[^/]+\.md$/.test(file) && file !== 'docs/README.md',
  )
  assert.deepEqual(
    pages.filter((file) => !index.includes(`(${relative('docs', file)})`)),
    [],
  )
})

test('the README stays short, and leads to the documentation', () => {
  const readme = readMarkdown('README.md')
  assert.ok(readme.split('\n').length < 250, 'README.md has 250 lines or more')
  assert.match(readme, /\(docs\/README\.md\)/)
})
