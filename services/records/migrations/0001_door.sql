-- The one door's own tables. CRM tables are not here: they are read through the map, by the grants that the CRM gives this role.

-- Everybody whom the map finds. The CRM keeps its own keys and learns nothing of this.
create table {{schema}}.subject (
  id text primary key check (id ~ '^(eu|uk|us|cn|jp)_[0-9a-f]{32}$'),
  source text not null,
  person_key text not null,
  countries text[] not null,
  subdivision text,
  time_zone text,
  birth_year int,
  conflict boolean not null,
  -- What consent was last told, and what it should know: they differ only while a run is under way.
  digest bytea not null,
  told_digest bytea,
  enrolled_at timestamptz not null,
  changed_at timestamptz not null,
  unique (source, person_key)
);
create index subject_untold on {{schema}}.subject (id) where told_digest is distinct from digest;
create index subject_conflict on {{schema}}.subject (changed_at desc) where conflict;

create table {{schema}}.external_reference (
  source text not null,
  key text not null,
  subject text not null references {{schema}}.subject (id),
  primary key (source, key)
);
create index external_reference_subject on {{schema}}.external_reference (subject);

-- Why a person is thought to live somewhere: each country as the source gave it.
create table {{schema}}.residence_evidence (
  subject text not null references {{schema}}.subject (id),
  as_given text not null check (length(as_given) <= 100),
  countries text[] not null,
  primary key (subject, as_given)
);

create table {{schema}}.enrolment_run (
  id uuid primary key,
  source text not null,
  status text not null check (status in ('queued', 'running', 'done', 'failed')),
  found int not null default 0,
  enrolled int not null default 0,
  changed int not null default 0,
  unchanged int not null default 0,
  conflicts int not null default 0,
  last_key text,
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);

-- Who works here and for whom: decides whom a member of staff may see.
create table {{schema}}.staff (
  id text primary key,
  name text not null,
  manager text references {{schema}}.staff (id),
  check (manager <> id)
);
create index staff_manager on {{schema}}.staff (manager);

-- Every read, allowed or not. Append-only and hash-chained per shard: the role below may neither update nor delete.
create table {{schema}}.access_head (
  shard smallint primary key check (shard between 0 and 255),
  head bigint not null default 0,
  hash bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000'
);
insert into {{schema}}.access_head (shard) select generate_series(0, 255);

create table {{schema}}.access_event (
  shard smallint not null,
  position bigint not null,
  id uuid not null,
  subject text not null,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('service', 'subject', 'staff')),
  client text not null,
  staff text,
  purpose text not null,
  used_in text,
  allowed boolean not null,
  categories text[] not null,
  reasons jsonb not null,
  revision text,
  policy text not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (shard, position)
);
create unique index access_event_id on {{schema}}.access_event (id);
create index access_event_subject on {{schema}}.access_event (subject, at desc, id desc);

-- One line for each use of a person's data in another country, with the mechanism that allowed it (GDPR Art. 44, 46; PIPL Art. 38, 56).
-- Append-only and chained like the accesses.
create table {{schema}}.transfer_head (
  shard smallint primary key check (shard between 0 and 255),
  head bigint not null default 0,
  hash bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000'
);
insert into {{schema}}.transfer_head (shard) select generate_series(0, 255);

create table {{schema}}.transfer_event (
  shard smallint not null,
  position bigint not null,
  id uuid not null,
  access uuid not null,
  subject text not null,
  at timestamptz not null,
  from_cell text not null,
  to_country text not null,
  purpose text not null,
  client text not null,
  categories text[] not null,
  mechanism text not null,
  citation text not null,
  policy text not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (shard, position)
);
create unique index transfer_event_id on {{schema}}.transfer_event (id);
create index transfer_event_at on {{schema}}.transfer_event (at desc);
create index transfer_event_subject on {{schema}}.transfer_event (subject);
comment on table {{schema}}.transfer_event is 'chained by transfer_head';

grant usage on schema {{schema}} to {{role}};
grant select, insert, update on {{schema}}.subject to {{role}};
grant select, insert, update, delete on {{schema}}.enrolment_run, {{schema}}.external_reference, {{schema}}.residence_evidence, {{schema}}.staff to {{role}};
grant select, update on {{schema}}.access_head, {{schema}}.transfer_head to {{role}};
grant select, insert on {{schema}}.access_event, {{schema}}.transfer_event to {{role}};

comment on table {{schema}}.access_event is 'chained by access_head';
