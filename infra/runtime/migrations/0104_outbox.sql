-- What a service must tell after its transaction: written in it, delivered afterwards at least once, in order for each key, then removed.
create table {{schema}}.outbox (
  position bigint generated always as identity primary key,
  id text not null unique check (id ~ '^[A-Za-z0-9_:.-]{1,200}$'),
  topic text not null check (topic ~ '^[a-z][a-z0-9-]{1,62}$'),
  key text not null check (key ~ '^[A-Za-z0-9_:.-]{1,200}$'),
  payload jsonb not null check ({{schema}}.ids_only(payload))
);
-- The next of a key.
create index outbox_key on {{schema}}.outbox (key, position);
grant select, insert, delete on {{schema}}.outbox to {{role}};
insert into {{schema}}.job_task values ('outbox-deliver');

-- How far another service's change feed was read: one row for each shard. A new epoch begins at its start.
create table {{schema}}.feed_position (
  feed text not null,
  shard smallint not null,
  epoch bigint not null,
  position bigint not null check (position >= 0),
  primary key (feed, shard)
);
grant select, insert, update on {{schema}}.feed_position to {{role}};
