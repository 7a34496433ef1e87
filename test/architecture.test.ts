import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

const SRC = resolve(import.meta.dirname, '../src')

/** Who may import whom; a room may always import itself. The table of docs/architecture.md. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  client: [],
  ports: [],
  tensor: ['errors'],
  imaging: ['tensor', 'errors'],
  text: ['tensor', 'errors'],
  families: ['imaging', 'text', 'tensor', 'errors'],
  store: ['families', 'errors', 'ports'],
  state: ['errors', 'ports'],
  hospital: ['imaging', 'errors', 'ports'],
  retrieval: ['state', 'tensor', 'errors', 'ports'],
  engine: ['store', 'families', 'tensor', 'errors', 'ports'],
  flows: ['engine', 'store', 'families', 'hospital', 'retrieval', 'imaging', 'text', 'tensor', 'errors', 'ports'],
  identity: ['errors', 'ports'],
  jobs: ['flows', 'state', 'errors', 'ports'],
  intake: ['jobs', 'hospital', 'imaging', 'state', 'errors', 'ports'],
  http: [
    'flows',
    'intake',
    'jobs',
    'identity',
    'hospital',
    'store',
    'families',
    'imaging',
    'tensor',
    'errors',
    'ports',
  ],
  observability: ['state', 'errors', 'ports'],
  config: ['errors', 'ports'],
  app: [
    'http',
    'intake',
    'identity',
    'hospital',
    'jobs',
    'state',
    'flows',
    'retrieval',
    'engine',
    'store',
    'families',
    'imaging',
    'text',
    'tensor',
    'observability',
    'config',
    'errors',
    'ports',
  ],
  page: ['client'],
  'stop-signal': [],
  serve: ['stop-signal', 'app', 'config', 'observability', 'errors', 'ports'],
  start: ['serve', 'config', 'errors'],
  main: ['stop-signal', 'start'],
  cli: [
    'stop-signal',
    'client',
    'serve',
    'app',
    'config',
    'identity',
    'observability',
    'flows',
    'store',
    'errors',
    'ports',
  ],
}

/** One vendor, one door: paths are prefixes below src/. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  fastify: ['http/', 'app.ts'],
  'onnxruntime-node': ['engine/session.ts'],
  sharp: ['imaging/raster.ts', 'imaging/libvips.ts'],
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs': ['imaging/small-jpeg.ts'],
  piscina: ['imaging/'],
  'node:child_process': ['engine/', 'state/', 'cli/python.ts'],
  'dicom-parser': ['imaging/dicom/'],
  'dcmjs-codecs': ['imaging/dicom/native-codecs.ts'],
  dcmjs: ['hospital/dicom/write-object.ts'],
  'node:zlib': ['imaging/'],
  commander: ['cli/'],
  'eventsource-parser/stream': ['client/events.ts'],
  pg: ['state/'],
  '@electric-sql/pglite': ['state/'],
  '@electric-sql/pglite-pgvector': ['state/'],
  '@electric-sql/pglite-socket': ['state/'],
  'node:http': ['http/', 'jobs/webhook-request.ts'],
  'node:https': ['jobs/webhook-request.ts'],
  'node:worker_threads': ['imaging/'],
  'node:net': ['http/', 'app/', 'jobs/', 'state/', 'identity/', 'hospital/hl7/', 'hospital/dimse/'],
  'node:tls': ['http/', 'hospital/hl7/', 'hospital/dimse/'],
  jose: ['identity/', 'hospital/fhir/'],
  'node:fs': ['identity/', 'observability/audit/', 'app/', 'store/', 'state/', 'config.ts', 'config/', 'cli/'],
  'node:fs/promises': [
    'client/node.ts',
    'identity/',
    'observability/audit/',
    'store/',
    'state/',
    'cli/',
    'flows/',
    'hospital/dimse/',
  ],
  pino: ['observability/', 'app.ts'],
  'prom-client': ['observability/'],
  yaml: ['config.ts', 'config/hospital-config.ts'],
  'markdown-it': ['http/card-page.ts'],
  'csv-parse/sync': ['cli/csv-table.ts'],
  'js-rouge': ['cli/figures/rouge.ts'],
  '@fastify/static': ['http/routes/page.ts'],
  preact: ['page/'],
  'preact/hooks': ['page/'],
  '@preact/signals': ['page/'],
}

interface Import {
  readonly file: string
  readonly target: string
  /** It is gone once the file is compiled. */
  readonly isTypeOnly: boolean
}

/** Written by a tool, and as long as the contract. */
const GENERATED = 'client/schema.ts'

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
const imports = files.flatMap((file) => importsOf(file))

test('every import follows the arrows between rooms', () => {
  const violations = imports.flatMap(({ file, target }) => {
    if (!target.startsWith('.')) return []
    const from = roomOf(file)
    const to = roomOf(relative(SRC, resolve(SRC, dirname(file), target)))
    return from === to || ROOMS[from]?.includes(to) ? [] : [`${file}: ${from} may not import ${to} (${target})`]
  })
  assert.deepEqual(violations, [])
})

test('every vendor enters by its own door', () => {
  const violations = imports.flatMap(({ file, target }) => {
    const doors = DOORS[target]
    return doors === undefined || doors.some((door) => file.startsWith(door)) ? [] : [`${file} imports ${target}`]
  })
  assert.deepEqual(violations, [])
})

test('the environment is read in config.ts alone', () => {
  const readers = files.filter((file) => file !== 'config.ts' && /process\.env\b/.test(read(file)))
  assert.deepEqual(readers, [])
})

test('a lane loads no package but the runtime, so that it is small and soon there', () => {
  const reached = new Set<string>()
  const packages = new Set<string>()
  const follow = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const { target, isTypeOnly } of importsOf(file)) {
      if (isTypeOnly) continue
      if (target.startsWith('.')) follow(relative(SRC, resolve(SRC, dirname(file), target)).replace(/\.js$/, '.ts'))
      else if (!target.startsWith('node:')) packages.add(target)
    }
  }
  follow('engine/lane.process.ts')
  assert.ok(reached.has('families/report/decoding/beam.ts') && reached.has('engine/session.ts'))
  assert.deepEqual([...packages], ['onnxruntime-node'])
})

test('every room is in the table', () => {
  const unknown = [...new Set(files.map(roomOf))].filter((room) => !(room in ROOMS))
  assert.deepEqual(unknown, [])
})

test('files are short and rooms have no vague names', () => {
  const long = files.filter((file) => file !== GENERATED && read(file).split('\n').length - 1 > 250)
  const vague = files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager)(\.ts|\/)/.test(file))
  assert.deepEqual({ long, vague }, { long: [], vague: [] })
})

test('functions stay under 40 lines', () => {
  const long: string[] = []
  for (const file of files) {
    const source = parse(file)
    const visit = (node: ts.Node): void => {
      // A factory is a function whose body is mostly other functions; what counts is the longest piece of straight code.
      if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && ownLines(node, source) > 40) {
        long.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  assert.deepEqual(long, [])
})

/** Lines of a function without those of the functions inside it. */
function ownLines(node: ts.Node, source: ts.SourceFile): number {
  const line = (position: number) => source.getLineAndCharacterOfPosition(position).line
  let own = line(node.getEnd()) - line(node.getStart()) + 1
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) own -= line(child.getEnd()) - line(child.getStart()) + 1
    else ts.forEachChild(child, visit)
  }
  ts.forEachChild(node, visit)
  return own
}

function importsOf(file: string): Import[] {
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const isTypeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push({ file, target: node.moduleSpecifier.text, isTypeOnly })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments
      if (argument !== undefined && ts.isStringLiteral(argument))
        found.push({ file, target: argument.text, isTypeOnly: false })
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      found.push({ file, target: node.argument.literal.text, isTypeOnly: true })
    }
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return found
}

function roomOf(path: string): string {
  const [first] = path.split('/')
  return (first ?? '').replace(/\.(js|ts)$/, '')
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2023, true)
}

function read(file: string): string {
  return readFileSync(join(SRC, file), 'utf8')
}
