import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startService } from '../e2e/service.js'
import { codeBlocks, markdownFiles, readMarkdown, ROOT } from './markdown.js'
import { temporaryFolder } from '../folder.js'
import { program } from '../program.js'

/** Why a block of commands may be left out. */
const REASONS: readonly string[] = [
  'it is what CI runs',
  'it needs Docker',
  'it needs a cluster',
  'it needs a PACS',
  'it takes minutes',
  'it needs files of your own',
  'it makes fixtures',
]

const pages = markdownFiles()
  .filter((file) => file === 'README.md' || /^docs\/[^/]+\.md$/.test(file))
  .map((file) => ({ file, blocks: codeBlocks(readMarkdown(file)).filter(({ language }) => language === 'sh') }))

test('a block of commands that is not run says why', () => {
  const unknown = pages.flatMap(({ file, blocks }) =>
    blocks.flatMap(({ notRun, line }) =>
      notRun === undefined || REASONS.includes(notRun) ? [] : [`${file}:${line}: ${notRun}`],
    ),
  )
  assert.deepEqual(unknown, [])
})

const hasTools = spawnSync('bash', ['-c', 'command -v curl base64']).status === 0
if (!hasTools && process.env['CI'] === 'true') throw new Error('bash, curl and base64 are missing')

test(
  'the commands of the README and of docs/ work as they stand',
  { skip: !hasTools && 'no bash, curl' },
  async (t) => {
    const { url } = await startService(t, { MODEL_STORE: 'model-store', DEFAULT_MODELS: '' })
    for (const { file, blocks } of pages) {
      const commands = blocks.filter(({ notRun }) => notRun === undefined).map((block) => block.text)
      if (commands.length === 0) continue
      await t.test(file, async () => {
        assert.deepEqual(await run(commands.join('\n'), url, workplace()), { code: 0, failed: '' })
      })
    }
  },
)

interface Workplace {
  readonly folder: string
  readonly failures: string
}

/** A folder that looks like a clone to the commands, and in which they may write; `curl` and `radserve` are those of the test. */
function workplace(): Workplace {
  const folder = temporaryFolder('docs')
  for (const name of ['test', 'docs', 'model-store']) symlinkSync(join(ROOT, name), join(folder, name))
  copyFileSync(join(ROOT, 'test/fixtures/dicom/m2_12.90.dcm'), join(folder, 'film.dcm'))
  mkdirSync(join(folder, 'bin'))
  const failures = join(folder, 'failures')
  writeFileSync(failures, '')
  // curl is told by a broken pipe (23) that somebody has read enough; anything else is an answer that is a problem.
  const curl = `command -p curl --fail-with-body "$@"; code=$?
[ $code = 0 ] || [ $code = 23 ] || echo "curl $* ended with $code" >> '${failures}'
exit $code`
  const radserve = `exec ${[process.execPath, ...program('cli/radserve')].map((part) => `'${part}'`).join(' ')} "$@"`
  for (const [name, script] of Object.entries({ curl, radserve, npx: '"$@"' }))
    writeFileSync(join(folder, 'bin', name), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 })
  return { folder, failures }
}

async function run(
  commands: string,
  url: string,
  { folder, failures }: Workplace,
): Promise<{ code: number; failed: string }> {
  const script = commands.replaceAll('http://127.0.0.1:8080', url)
  const child = spawn('bash', ['-e', '-c', script], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      RADSERVE_URL: url,
      DATA_DIR: join(folder, 'data'),
    },
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close') as Promise<[number]>])
  return { code, failed: readFileSync(failures, 'utf8') + (code === 0 ? '' : said) }
}
