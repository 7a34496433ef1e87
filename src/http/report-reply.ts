import type { Agreement } from '../families/report/agreement.js'
import type { FilledReportOptions } from '../families/report/options.js'
import type { ReportToken } from '../families/report/write-report.js'
import type { Answer } from '../flows/answer.js'
import type { ReportCheck, ReportsResult } from '../flows/report.js'
import { seedReply } from './generation-reply.js'
import { identityReply, viewSharesReply } from './replies.js'
import { REPORT_NOTICE, type AgreementReply, type ReportReply, type ReportTokenReply } from './schemas/reports.js'

export function reportReply({ model, result }: Answer<ReportsResult>): ReportReply {
  const { check } = result
  return {
    ...{ object: 'report', status: 'preliminary', notice: REPORT_NOTICE },
    findings: result.text,
    finish_reason: result.end,
    tokens: result.tokens.map(tokenReply),
    log_probability: result.logProbability,
    ...viewSharesReply(result),
    structured: result.findings.map(({ label, state, phrase }) => ({ label, state, ...(phrase && { phrase }) })),
    ...(check && checkReply(check)),
    warnings: [...result.warnings],
    options: optionsReply(result.options),
    model: identityReply(model),
  }
}

export function tokenReply({ id, piece, text, logProbability }: ReportToken): ReportTokenReply {
  return { id, token: piece, text, log_probability: logProbability }
}

function checkReply({ model, labelSet, scoreKind, labels }: ReportCheck): Pick<ReportReply, 'check' | 'disagreements'> {
  return {
    check: {
      model: identityReply(model),
      ...(labelSet !== undefined && { label_set: labelSet }),
      score_kind: scoreKind,
      labels: labels.map(agreementReply),
    },
    disagreements: labels.filter(({ agrees }) => !agrees).map(agreementReply),
  }
}

function agreementReply({ label, classifierLabel, text, classifier, score, threshold }: Agreement): AgreementReply {
  return { ...{ label, classifier_label: classifierLabel }, ...{ text, classifier, score, threshold } }
}

function optionsReply(options: FilledReportOptions): ReportReply['options'] {
  const { method, maxTokens, noRepeatNgram } = options
  const common = { method, max_tokens: maxTokens, no_repeat_ngram: noRepeatNgram }
  switch (options.method) {
    case 'greedy':
      return common
    case 'beam': {
      const { beams, lengthPenalty, earlyStopping } = options
      return { ...common, beam: beams, length_penalty: lengthPenalty, early_stopping: earlyStopping }
    }
    case 'sample': {
      const { temperature, topK, topP, seed } = options
      return { ...common, temperature, top_k: topK, top_p: topP, seed: seedReply(seed) }
    }
  }
}
