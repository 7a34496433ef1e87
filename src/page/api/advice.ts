import type { Problem } from './problem.js'

/** What somebody at this page can do, by the code of the problem. What is not here has nothing better than its detail. */
const ADVICE: Readonly<Partial<Record<Problem['code'], string>>> = {
  invalid_option: 'Choose another model, or leave the option out.',
  task_not_supported: 'Choose a model that does this task.',
  unauthenticated: 'Enter an API key. Whoever runs this service can make one with “radserve keys create”.',
  forbidden: 'Ask whoever runs this service for a key with the scope that is named.',
  model_not_found: 'The model may have been removed. Reload the page to see which are there.',
  model_not_loaded: 'Open Models and load it.',
  model_invalid: 'Its files do not verify. Whoever runs this service can add the pack again.',
  model_in_use: 'Wait until its requests have ended, then try again.',
  over_budget: 'Unload another model first, under Models.',
  too_large: 'Send less at a time, or a smaller file.',
  unsupported_media_type: 'Choose a PNG, JPEG, WebP, TIFF or DICOM file.',
  malformed_image: 'The file is damaged or of a kind that is not read. Export it again, or choose another.',
  image_unfit: 'The models here are made for frontal chest radiographs. Choose another film.',
  invalid_text: 'Write at least one word.',
  prompt_refused: 'Leave names, dates, numbers and addresses out.',
  queue_full: 'Many are asking at once. Wait a moment, then try again.',
  caller_limited: 'Your key has reached its limit. Wait a moment, then try again.',
  model_quarantined: 'It crashed. Load it again under Models; if it crashes again, report it.',
  lane_failed: 'The process that ran the model ended. Try again: it is started anew.',
  not_ready: 'The models are still being loaded. Try again in a moment.',
  draining: 'The service is shutting down. It may be back soon.',
  audit_unavailable: 'The service cannot write its audit log and refuses work until it can.',
  deadline_exceeded: 'It took too long. Try again, or with fewer films or steps.',
  model_output_invalid: 'The model gave an answer that cannot be used. Load it again under Models and report it.',
  route_not_found: 'This service does not offer it. It may be of another version than this page: reload.',
  internal: 'Try again. If it happens again, report it with the request id below.',
}

export function adviceFor({ code, status }: Pick<Problem, 'code' | 'status'>): string | undefined {
  return ADVICE[code] ?? (status >= 500 ? ADVICE['internal'] : undefined)
}

/** Where the catalogue's title speaks of a caller, whoever sits here is meant. */
const TITLES: Readonly<Partial<Record<Problem['code'], string>>> = {
  unauthenticated: 'This service wants a key',
  forbidden: 'Your key does not allow this',
  caller_limited: 'You have asked for too much at a time',
}

export function titleFor({ code, title }: Pick<Problem, 'code' | 'title'>): string {
  return TITLES[code] ?? title
}
