import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig } from 'vite'

const ROOT = import.meta.dirname
const OUT = resolve(ROOT, '../../dist/page')

export default defineConfig({
  root: ROOT,
  // Everything but index.html lies below /page/, so that one line of the scope table speaks for it.
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsDir: 'page',
    // A data: URL in a style sheet would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    license: { fileName: 'page/licences.md' },
  },
  publicDir: resolve(ROOT, 'public'),
  plugins: [compressed()],
})

/** Beside each text a copy that is sent to browsers as it is: nothing is compressed while the service runs. */
function compressed() {
  let folder = OUT
  return {
    name: 'compressed',
    apply: 'build',
    // A test builds into a folder of its own.
    configResolved: ({ root, build }) => (folder = resolve(root, build.outDir)),
    closeBundle: () => compress(folder),
  }
}

function compress(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!/\.(?:html|js|css|svg)$/.test(name)) continue
    const bytes = readFileSync(join(folder, name))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
}
