-- What a person decided and must be told by mail. One line for each ledger event, so that nobody is told twice; no address is kept here.
create table {{schema}}.decision_notice (
  event uuid primary key,
  subject text not null,
  purpose text not null check (purpose ~ '^[a-z][a-z0-9-]{1,62}$'),
  decision text not null check (decision in ('granted', 'granted_pending', 'withdrawn', 'objected', 'objection_lifted')),
  decided_at timestamptz not null,
  client text not null,
  -- Null: not dealt with yet; the outbox holds it until it is.
  outcome text check (outcome in ('sent', 'no_address', 'refused')),
  done_at timestamptz,
  check ((outcome is null) = (done_at is null))
);
create index decision_notice_subject on {{schema}}.decision_notice (subject);
grant select, insert, update, delete on {{schema}}.decision_notice to {{role}};
