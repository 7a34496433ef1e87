#!/usr/bin/env node
import { AppError } from '../errors.js'
import { runAudit } from './audit.js'
import { printConfig } from './config.js'
import { runEvaluate } from './evaluate.js'
import { runIndex } from './index-add.js'
import { runIntake } from './intake.js'
import { runKeys } from './keys.js'
import { runModels } from './models.js'
import { runServe } from './serve.js'

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
  intake check FILE                 whether a file fits HOSPITAL_CONFIG: see docs/hospital.md
  index add FOLDER --index NAME [--create] [--metadata FILMS.csv]
                                    films into an index of the running service; run again it goes on

The store is MODEL_STORE; \`radserve config\` tells the rest.`

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  switch (command) {
    case 'serve':
      return runServe(rest)
    case 'config':
      return printConfig()
    case 'eval':
      return runEvaluate(rest)
    case 'keys':
      return runKeys(rest)
    case 'audit':
      return runAudit(rest)
    case 'intake':
      return runIntake(rest)
    case 'index':
      return runIndex(rest)
    case 'models':
      return runModels(rest)
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
