// Compiles the tests to .built/, beside links to the built service: a run of every test starts several hundred processes, and each
// would compile TypeScript again, for seconds of a core. Whatever a test reads or starts by its own place is that of its source.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

const BUILT = '.built'
const PLACES = {
  dirname: (file) => dirname(file),
  filename: (file) => file,
  url: (file) => pathToFileURL(file).href,
}

/** Of the sources that the build leaves out: the tests, what they import, and the modules of the page. */
export function compileTests() {
  rmSync(BUILT, { recursive: true, force: true })
  mkdirSync(join(BUILT, 'src'), { recursive: true })
  for (const name of readdirSync('dist').filter((name) => name !== 'page' && !name.startsWith('.')))
    symlinkSync(relative(join(BUILT, 'src'), join('dist', name)), join(BUILT, 'src', name))
  for (const folder of ['test', 'openapi', 'docker', 'src/page']) compileFolder(folder)
}

/** Where a source was compiled to. */
export function compiled(source) {
  return join(BUILT, source.replace(/\.ts$/, '.js'))
}

function compileFolder(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))) {
    const source = join(folder, name)
    mkdirSync(dirname(compiled(source)), { recursive: true })
    writeFileSync(compiled(source), compileFile(resolve(source)))
  }
}

function compileFile(file) {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
    transformers: { before: [(context) => (source) => ts.visitEachChild(source, placedIn(file, context), context)] },
  })
  return outputText
}

/** Puts the source's own place where the file asks for its place. */
function placedIn(file, context) {
  return function visit(node) {
    const isAsked =
      ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression) && Object.hasOwn(PLACES, node.name.text)
    if (isAsked) return context.factory.createStringLiteral(PLACES[node.name.text](file))
    return ts.visitEachChild(node, visit, context)
  }
}
