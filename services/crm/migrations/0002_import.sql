-- The import's own bookkeeping. It holds file names, line numbers and counts, and nobody but the CRM reads it.

create table {{schema}}.import_run (
  id uuid primary key,
  file text not null,
  -- SHA-256 of the unpacked bytes, and of the mapping: together they say "the same import".
  file_digest text not null,
  mapping text not null,
  mapping_digest text not null,
  status text not null check (status in ('running', 'done', 'failed')),
  lines_read integer not null default 0 check (lines_read >= 0),
  lines_stored integer not null default 0 check (lines_stored >= 0),
  rejected integer not null default 0 check (rejected >= 0),
  started_at timestamptz not null,
  ended_at timestamptz,
  check ((status = 'running') = (ended_at is null))
);
-- One import at a time in a cell.
create unique index import_run_running on {{schema}}.import_run (status) where status = 'running';
create index import_run_by_start on {{schema}}.import_run (started_at desc);

-- How far a running import has come, written in the transaction that did the work.
create table {{schema}}.import_progress (
  run_id uuid primary key references {{schema}}.import_run (id),
  -- Staged lines; null until the whole file is staged.
  staged_lines integer,
  -- Orders below this ordinal are merged.
  next_order integer not null default 0,
  contacts_new integer not null default 0,
  orders_new integer not null default 0,
  lines_new integer not null default 0
);

create table {{schema}}.import_reject (
  run_id uuid not null references {{schema}}.import_run (id),
  line_number integer not null,
  reason text not null,
  primary key (run_id, line_number)
);

-- Unlogged: after a crash of the server it is empty, and the import stages the file again.
create unlogged table {{schema}}.import_stage (
  order_ordinal integer not null,
  order_number text not null,
  content_hash text not null,
  stock_code text not null,
  description text,
  quantity numeric not null,
  unit_price numeric not null,
  invoiced_at timestamptz not null
);
create index import_stage_by_order on {{schema}}.import_stage (order_ordinal);

grant select, insert, update, delete on {{schema}}.import_run, {{schema}}.import_progress, {{schema}}.import_reject to {{role}};
grant select, insert, truncate on {{schema}}.import_stage to {{role}};
