import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const ROOT = import.meta.dirname

export default defineConfig({
  root: ROOT,
  // Everything but index.html lies below /page/, so that one line of the scope table speaks for it.
  build: {
    outDir: resolve(ROOT, '../../dist/page'),
    emptyOutDir: true,
    assetsDir: 'page',
    // A data: URL in a style sheet would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  publicDir: resolve(ROOT, 'public'),
})
