-- The ledger of one cell: what people decided about the use of their data, as facts that are only ever appended.
-- Rows hold ids, codes and salted commitments. What says more about a person is encrypted under that person's own key.

-- A restore begins a new epoch, so that no revision handed out before it can be mistaken for one handed out after it.
create table {{schema}}.epoch (
  epoch integer primary key check (epoch >= 1),
  began_at timestamptz not null,
  reason text not null check (reason in ('created', 'restored'))
);
insert into {{schema}}.epoch (epoch, began_at, reason) values (1, now(), 'created');

-- 256 shards by the first byte of sha256(subject id). Every write locks its shard's row here and adds one to `head` in the
-- transaction that appends, so positions are without gaps and in the order of commits.
create table {{schema}}.shard_head (
  shard smallint primary key check (shard between 0 and 255),
  head bigint not null default 0 check (head >= 0),
  -- Of the shard's last event; 32 zero bytes before the first.
  hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32)
);
insert into {{schema}}.shard_head (shard) select generate_series(0, 255);

create table {{schema}}.subject_event (
  shard smallint not null references {{schema}}.shard_head (shard),
  position bigint not null check (position >= 1),
  epoch integer not null references {{schema}}.epoch (epoch),
  event_id text not null check (event_id ~ '^[0-9a-f-]{36}$'),
  subject text not null check (subject ~ '^[a-z]{2}_[0-9a-f]{32}$'),
  -- 1, 2, 3 … within one subject.
  version integer not null check (version >= 1),
  kind text not null check (kind in (
    'enrolled', 'residence_changed', 'contact_point_changed', 'granted', 'refused', 'confirmed', 'withdrawn',
    'objected', 'objection_lifted', 'restricted', 'restriction_lifted', 'erased', 'evidence_recorded')),
  purpose text check (purpose ~ '^[a-z][a-z0-9-]{1,62}$'),
  at timestamptz not null,
  -- Codes and commitments that stay after an erasure.
  facts jsonb not null,
  -- JSON under the subject's key (AES-256-GCM, base64url); unreadable once the key is destroyed.
  evidence text,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (shard, position),
  unique (shard, event_id),
  unique (shard, subject, version),
  check (shard = get_byte(sha256(convert_to(subject, 'UTF8')), 0)),
  check ((purpose is not null) = (kind in ('granted', 'refused', 'confirmed', 'withdrawn', 'objected', 'objection_lifted')))
);

comment on table {{schema}}.subject_event is 'chained by shard_head';
-- At start every stop of the stop log is looked for by its id.
create index subject_event_stop on {{schema}}.subject_event (event_id) where kind in ('withdrawn', 'refused', 'objected', 'restricted', 'erased');

-- What a subject's events add up to; written in the transaction that appends them.
create table {{schema}}.subject_state (
  shard smallint not null,
  subject text not null,
  version integer not null check (version >= 1),
  -- Position of the subject's last event in its shard.
  position bigint not null check (position >= 1),
  status text not null check (status in ('active', 'erased')),
  restricted boolean not null,
  countries text[] not null,
  subdivision text,
  time_zone text,
  birth_year integer,
  consents jsonb not null,
  objections jsonb not null,
  contact_points jsonb not null,
  evidence jsonb not null,
  primary key (shard, subject),
  foreign key (shard, position) references {{schema}}.subject_event (shard, position)
);

-- Salt of the commitments and key of the evidence, for one person. Erasure deletes the row, and with it their meaning.
create table {{schema}}.subject_key (
  shard smallint not null,
  subject text not null,
  salt text not null,
  key text not null,
  created_at timestamptz not null,
  primary key (shard, subject)
);

grant usage on schema {{schema}} to {{role}};
grant select, insert on {{schema}}.epoch to {{role}};
grant select, update on {{schema}}.shard_head to {{role}};
-- Appended and read, never changed: not even by this service.
grant select, insert on {{schema}}.subject_event to {{role}};
grant select, insert, update on {{schema}}.subject_state to {{role}};
grant select, insert, delete on {{schema}}.subject_key to {{role}};
