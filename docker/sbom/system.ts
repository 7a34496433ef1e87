import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Component } from './component.js'

/** Parts of Node.js that are programs of others, as `process.versions` calls them; the rest are numbers of interfaces. */
const INSIDE_NODE = ['v8', 'uv', 'openssl', 'zlib', 'brotli', 'nghttp2', 'llhttp', 'icu', 'ares', 'undici', 'simdjson', 'zstd']

/** Node.js and what is linked into it. */
export function nodeComponent(): Component {
  const version = process.versions.node
  return {
    type: 'application',
    'bom-ref': `pkg:generic/node@${version}`,
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    components: INSIDE_NODE.flatMap((name) => {
      const inside = process.versions[name]
      return inside === undefined ? [] : [{ type: 'library', 'bom-ref': `node/${name}`, name, version: inside }]
    }),
  }
}

/** The installed Debian packages of the base image, from the folder of dpkg: none where it has no `status` file. */
export function debianComponents(dpkg: string): Component[] {
  const status = join(dpkg, 'status')
  if (!existsSync(status)) return []
  return readFileSync(status, 'utf8')
    .split('\n\n')
    .flatMap((entry) => {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1]
      const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
      const isInstalled = field('Status')?.endsWith(' installed')
      if (name === undefined || version === undefined || isInstalled !== true) return []
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture ?? 'all'}`
      return [{ type: 'library', 'bom-ref': purl, name, version, purl }]
    })
}
