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
  plugins: [{ name: 'compress', apply: 'build', closeBundle: compress }],
})

/** Beside each text a copy that is sent to browsers as it is: nothing is compressed while the service runs. */
function compress() {
  for (const name of readdirSync(OUT, { recursive: true })) {
    if (!/\.(?:html|js|css|svg)$/.test(name)) continue
    const bytes = readFileSync(join(OUT, name))
    writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes))
    writeFileSync(join(OUT, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
}
