import type { Migration } from './index.js'

const JOBS = `create table radserve.jobs (
  id uuid primary key,
  -- The order of arrival.
  number bigint generated always as identity unique,
  state text not null check (state in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  priority smallint not null,
  method text not null,
  -- Without its query, which is part of the stored request.
  path text not null,
  -- The data folder that holds the bytes.
  spool uuid not null,
  -- Names it in the log.
  request_id text not null,
  timeout_ms integer,
  request_digest text not null,
  request_bytes bigint not null,
  -- sha256 of what was asked, in a form that a repeated request has again; beside a key only.
  fingerprint text,
  idempotency_key text,
  created_at timestamptz not null default now(),
  not_before timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz,
  expired_at timestamptz,
  worker uuid,
  lease_until timestamptz,
  attempts integer not null default 0,
  -- Attempts that ended with their process or their lane.
  crashes integer not null default 0,
  cancel_requested_at timestamptz,
  progress jsonb,
  event_count integer not null default 0,
  error jsonb,
  answer_status smallint,
  answer_headers jsonb,
  answer_digest text,
  answer_bytes bigint not null default 0,
  webhook_url text,
  webhook_state text check (webhook_state in ('waiting', 'delivered', 'failed')),
  webhook_attempts integer not null default 0,
  webhook_next_at timestamptz
)`

const EVENTS = `create table radserve.job_events (
  job_id uuid not null references radserve.jobs on delete cascade,
  number integer not null,
  event text not null,
  data jsonb not null,
  primary key (job_id, number)
)`

export const jobs: Migration = {
  name: 'jobs',
  statements: [
    JOBS,
    `create unique index jobs_idempotency_key on radserve.jobs (idempotency_key) where idempotency_key is not null`,
    `create index jobs_queued on radserve.jobs (spool, priority, number) where state = 'queued'`,
    `create index jobs_running on radserve.jobs (lease_until) where state = 'running'`,
    `create index jobs_ended on radserve.jobs (expires_at) where ended_at is not null`,
    `create index jobs_webhooks on radserve.jobs (webhook_next_at)
       where webhook_state = 'waiting' and ended_at is not null`,
    `create index jobs_request_digest on radserve.jobs (request_digest) where ended_at is null`,
    `create index jobs_answer_digest on radserve.jobs (answer_digest) where answer_digest is not null`,
    EVENTS,
  ],
}
