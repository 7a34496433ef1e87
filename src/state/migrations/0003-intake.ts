import type { Migration } from './index.js'

const STUDIES = `create table radserve.intake_studies (
  id uuid primary key,
  number bigint generated always as identity unique,
  -- sha256 of the Study Instance UID: no row says whose study it is.
  uid_digest text not null,
  -- From 1; films that come when a revision is complete begin the next.
  revision integer not null,
  -- The data folder that holds the films.
  spool uuid not null,
  state text not null check (state in ('receiving', 'complete', 'working', 'done', 'failed')),
  created_at timestamptz not null default now(),
  last_film_at timestamptz not null default now(),
  completed_at timestamptz,
  ended_at timestamptz,
  -- When films and results were given up.
  cleared_at timestamptz,
  unique (uid_digest, spool, revision)
)`

const FILMS = `create table radserve.intake_films (
  id uuid primary key,
  number bigint generated always as identity unique,
  study_id uuid not null references radserve.intake_studies on delete cascade,
  -- sha256 of the SOP Instance UID.
  uid_digest text not null unique,
  blob_digest text not null,
  bytes bigint not null,
  -- Names of the rules that it meets. What it says itself is not written down.
  rules text[] not null,
  source text not null check (source in ('cstore', 'stow')),
  received_at timestamptz not null default now()
)`

const TASKS = `create table radserve.intake_tasks (
  id uuid primary key,
  number bigint generated always as identity unique,
  study_id uuid not null references radserve.intake_studies on delete cascade,
  rule text not null,
  name text not null,
  -- The film, or the study.
  subject uuid not null,
  films uuid[] not null,
  -- As the rule had them when the study was complete.
  settings jsonb not null,
  is_shadow boolean not null,
  state text not null check (state in ('waiting', 'running', 'done', 'unfit', 'failed')),
  attempt integer not null default 1,
  job_id uuid,
  code text,
  reason text,
  result_digest text,
  result_bytes bigint not null default 0,
  result_type text,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (study_id, rule, name, subject)
)`

const DELIVERIES = `create table radserve.intake_deliveries (
  id uuid primary key,
  number bigint generated always as identity unique,
  study_id uuid not null references radserve.intake_studies on delete cascade,
  task_id uuid not null references radserve.intake_tasks on delete cascade,
  destination text not null,
  object_digest text,
  object_bytes bigint not null,
  state text not null check (state in ('waiting', 'delivered', 'dead', 'dropped')),
  attempts integer not null default 0,
  -- What the last attempt came to.
  code text,
  -- From when on its age counts.
  since timestamptz not null default now(),
  next_at timestamptz not null default now(),
  holder uuid,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (task_id, destination)
)`

export const intake: Migration = {
  name: 'intake',
  statements: [
    STUDIES,
    `create index intake_studies_open on radserve.intake_studies (spool, last_film_at) where state = 'receiving'`,
    `create index intake_studies_kept on radserve.intake_studies (ended_at) where cleared_at is null`,
    FILMS,
    'create index intake_films_study on radserve.intake_films (study_id)',
    'create index intake_films_blob on radserve.intake_films (blob_digest)',
    TASKS,
    `create index intake_tasks_open on radserve.intake_tasks (next_at) where state in ('waiting', 'running')`,
    `create index intake_tasks_result on radserve.intake_tasks (result_digest) where result_digest is not null`,
    DELIVERIES,
    `create index intake_deliveries_waiting on radserve.intake_deliveries (destination, next_at) where state = 'waiting'`,
    'create index intake_deliveries_study on radserve.intake_deliveries (study_id)',
    `create index intake_deliveries_object on radserve.intake_deliveries (object_digest) where object_digest is not null`,
  ],
}
