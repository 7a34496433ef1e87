import type { Migration } from './index.js'

/** Whose a job is. Those that were there before nobody was asked for a name are nobody's in particular. */
export const owners: Migration = {
  name: 'owners',
  statements: [
    `alter table radserve.jobs add column owner text not null default 'anonymous'`,
    'drop index radserve.jobs_idempotency_key',
    `create unique index jobs_idempotency_key on radserve.jobs (owner, idempotency_key)
       where idempotency_key is not null`,
    'create index jobs_owner on radserve.jobs (owner, number)',
  ],
}
