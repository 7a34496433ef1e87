import { constants } from 'node:os'
import { AppError } from '../errors.js'
import { forgetSignals } from '../stop-signal.js'

const USAGE = `radserve <command>

  serve [--config FILE]             serve over HTTP until SIGTERM
  config                            every key of the configuration with its default and meaning
  models list                       what is in the store
  models show NAME[@VERSION]        one model's card
  models verify [NAME[@VERSION]…]   digests and goldens, of every pack when none is named
  models add SOURCE                 a folder, a .tar(.gz) file or an https URL of one
  models import SYSTEM CHECKPOINT   a published checkpoint (Python: model-store/import/README.md)
  models variant NAME[@VERSION] --precision fp16|int8
                                    the same pack in a lower precision, if its goldens allow it
  models remove NAME@VERSION
  models alias ALIAS [NAME@VERSION] point an alias at a version, or take it away
  eval segmentation NAME[@VERSION] --manifest FILMS.csv [--json]
                                    Dice and IoU with intervals, on films, masks and texts of your own
  eval classification | retrieval | report NAME[@VERSION] …
                                    AUROC, P@k, label F1 and more with intervals: see docs/evaluation.md
  keys create NAME --scopes SCOPE,… | list | revoke ID
                                    API keys, in API_KEYS_FILE: see docs/security.md
  audit verify | export --format balp
                                    is the audit log whole; as FHIR AuditEvents
  index add FOLDER --index NAME [--create] [--metadata FILMS.csv]
                                    films into an index of the running service; run again it goes on

The store is MODEL_STORE; \`radserve config\` tells the rest.`

/** What a command needs is read when it is asked for: the whole service takes a second of a core. */
async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === 'serve') return (await import('./serve.js')).runServe(rest)
  const early = forgetSignals()
  if (early !== undefined) return 128 + constants.signals[early]
  switch (command) {
    case 'config':
      return (await import('./config.js')).printConfig()
    case 'eval':
      return (await import('./evaluate.js')).runEvaluate(rest)
    case 'keys':
      return (await import('./keys.js')).runKeys(rest)
    case 'audit':
      return (await import('./audit.js')).runAudit(rest)
    case 'index':
      return (await import('./index-add.js')).runIndex(rest)
    case 'models':
      return (await import('./models.js')).runModels(rest)
    case undefined:
    case 'help':
    case '--help':
      process.stdout.write(`${USAGE}\n`)
      return command === undefined ? 2 : 0
    default:
      process.stderr.write(`radserve has no command ${command}.\n\n${USAGE}\n`)
      return 2
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  for (const field of error.details.fields ?? []) process.stderr.write(`  ${field.pointer} ${field.detail}\n`)
  process.exitCode = 1
}
