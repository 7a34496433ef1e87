import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'

export const ROOT = resolve(import.meta.dirname, '../..')

/** Every Markdown file that is kept, relative to the root. */
export function markdownFiles(): string[] {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return stdout.split('\n').filter((name) => name !== '')
}

export const readMarkdown = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

export interface CodeBlock {
  readonly language: string
  /** Of the fence, from 1. */
  readonly line: number
  readonly text: string
  /** What the comment right above it says after "not run:". */
  readonly notRun?: string
}

export function codeBlocks(markdown: string): CodeBlock[] {
  const lines = markdown.split('\n')
  const fences = lines.flatMap((line, at) => (line.startsWith('```') ? [at] : []))
  return fences.flatMap((start, at) => {
    if (at % 2 === 1) return []
    const notRun = /^<!-- not run: (.+) -->$/.exec(lines[start - 1] ?? '')?.[1]
    const text = lines.slice(start + 1, fences[at + 1]).join('\n')
    return [{ language: lines[start]!.slice(3), line: start + 1, text, ...(notRun !== undefined && { notRun }) }]
  })
}

/** Without code, in which brackets mean something else. */
export function prose(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '`')
}

/** The names that GitHub gives to headings. */
export function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)
  return new Set(
    [...headings].map(([, heading]) => {
      const slug = heading!
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-')
      const before = seen.get(slug) ?? 0
      seen.set(slug, before + 1)
      return before === 0 ? slug : `${slug}-${before}`
    }),
  )
}
