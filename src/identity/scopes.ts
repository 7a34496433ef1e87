/** What a caller may be allowed to do. `docs/security.md` prints this table, `http/scope-table.ts` says which route needs which. */
export const SCOPES = {
  embeddings: 'Vectors of texts, images and studies',
  similarities: 'How well texts fit films',
  classifications: 'Findings of films',
  segmentations: 'Masks of what a sentence names',
  generations: 'Synthetic images and edits',
  reports: 'Drafts of reports',
  infer: 'Graphs on tensors, by the Open Inference Protocol',
  'studies:read': "Films on the hospital's servers, named by their UIDs",
  jobs: 'Look at jobs of its own and cancel them',
  'indexes:read': 'Look at indexes and search them',
  'indexes:write': 'Make, fill and remove indexes',
  'models:read': 'Look at what is in the store',
  'models:write': 'Load and unload models',
  films: 'Send films in by STOW-RS',
  results: 'Look at what became of films, results included, and send results again',
  metrics: 'The metrics of the service',
  admin: 'All of these, and the jobs and indexes of others',
} as const

export type Scope = keyof typeof SCOPES

export const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[]

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text)
}
