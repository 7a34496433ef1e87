import type { Migration } from '../state/migrations/index.js'

const INDEXES = `create table radserve.indexes (
  id integer primary key generated always as identity,
  name text not null unique,
  metric text not null check (metric in ('cosine', 'inner', 'l2')),
  -- A list of {name, type}: the place in it is the place of the column.
  fields jsonb not null,
  stores_sources boolean not null,
  graph jsonb not null,
  -- The data folder that keeps the films.
  spool uuid,
  created_at timestamptz not null default now()
)`

const GENERATIONS = `create table radserve.index_generations (
  id integer primary key generated always as identity,
  index_id integer not null references radserve.indexes on delete cascade,
  state text not null check (state in ('building', 'serving', 'failed', 'retired')),
  dimensions integer not null,
  model_name text,
  model_version text,
  model_digest text,
  items bigint not null default 0,
  -- The graph holds the items up to this number, and how many they are.
  filled_to bigint not null default 0,
  filled bigint not null default 0,
  source_cursor bigint not null default 0,
  failure text,
  -- Who builds it.
  worker uuid,
  lease_until timestamptz,
  created_at timestamptz not null default now()
)`

/** Tables of generations that nobody needs any more: named here in the change that makes them so, dropped afterwards. */
const DROPPED = `create table radserve.index_leftovers (table_name text primary key)`

/** The schema of indexes, made when the first one is asked for, so that a database without pgvector still keeps jobs. */
export const INDEX_MIGRATIONS: readonly Migration[] = [
  {
    name: 'indexes',
    statements: [
      'create extension if not exists vector',
      INDEXES,
      GENERATIONS,
      `create unique index index_generations_serving on radserve.index_generations (index_id) where state = 'serving'`,
      `create unique index index_generations_next on radserve.index_generations (index_id)
         where state in ('building', 'failed')`,
      DROPPED,
    ],
  },
  {
    name: 'owners',
    statements: [`alter table radserve.indexes add column owner text not null default 'anonymous'`],
  },
]

/** Where the version of this schema is written down, apart from that of the jobs. */
export const INDEX_MIGRATIONS_TABLE = 'index_migrations'
