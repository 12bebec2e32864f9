-- Replies to requests that came with an Idempotency-Key, so that a repeat is answered and not executed.
-- A reply can hold personal data: it is keyed by the person it is about, and ends after a day.
create table {{schema}}.idempotency (
  actor text not null,
  route text not null,
  key_hash bytea not null,
  request_mac bytea not null,
  subject text,
  status integer,
  reply text,
  headers jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (actor, route, key_hash)
);
create index idempotency_subject on {{schema}}.idempotency (subject) where subject is not null;
create index idempotency_expires on {{schema}}.idempotency (expires_at);
grant select, insert, update, delete on {{schema}}.idempotency to {{role}};
