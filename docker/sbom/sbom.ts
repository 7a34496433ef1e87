/**
 * `npm run sbom`: the bill of materials (CycloneDX 1.6, JSON) of what is installed here for production, on standard output:
 * npm's packages, Node.js, the packs, and with `--dpkg FOLDER` the Debian packages of a base image. With `--lock-file-only` the
 * lock file is read and not the installed tree; it names the binaries of every platform.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bom } from './component.js'
import { packComponents } from './packs.js'
import { debianComponents, nodeComponent } from './system.js'

const { values } = parseArgs({
  options: {
    dpkg: { type: 'string' },
    store: { type: 'string', default: 'model-store' },
    'lock-file-only': { type: 'boolean', default: false },
  },
})

const tool = fileURLToPath(new URL('node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js', import.meta.url))
const text = execFileSync(
  process.execPath,
  [
    ...[tool, '--omit', 'dev', '--spec-version', '1.6', '--output-reproducible', '--output-format', 'JSON'],
    ...(values['lock-file-only'] ? ['--package-lock-only'] : []),
    ...['--output-file', '-', '--', 'package.json'],
  ],
  { encoding: 'utf8', maxBuffer: 64 << 20 },
)
const bom = JSON.parse(text) as Bom
const debian = values.dpkg === undefined ? [] : debianComponents(values.dpkg)
const components = [...bom.components, nodeComponent(), ...debian, ...packComponents(values.store)]
process.stdout.write(`${JSON.stringify({ ...bom, components }, null, 1)}\n`)
