-- The signed proof that a person is given of each grant and withdrawal (ISO/IEC TS 27560).
create table {{schema}}.receipt (
  shard smallint not null,
  receipt text not null,
  subject text not null,
  event_id text not null,
  jws text not null,
  created_at timestamptz not null,
  primary key (shard, receipt),
  unique (shard, event_id),
  foreign key (shard, event_id) references {{schema}}.subject_event (shard, event_id)
);
create index receipt_of_subject on {{schema}}.receipt (shard, subject);

-- A contact slot that somebody took. Frequency caps count these over all campaigns and callers.
create table {{schema}}.contact_event (
  shard smallint not null,
  contact text not null,
  subject text not null,
  purpose text not null,
  channel text not null,
  client text not null,
  campaign text,
  at timestamptz not null,
  primary key (shard, contact)
);
-- Counted at every decision about a contact: the newest of one person.
create index contact_event_of_subject on {{schema}}.contact_event (shard, subject, at);

-- The way out that every message carries (RFC 8058). Only a hash of the token is kept: who reads this table can't use a link.
-- A link has no end: a message may be opened long after it was sent.
create table {{schema}}.unsubscribe_link (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  shard smallint not null,
  subject text not null,
  purpose text not null,
  channel text not null,
  created_at timestamptz not null
);
create index unsubscribe_link_of_subject on {{schema}}.unsubscribe_link (shard, subject);

grant select, insert, delete on {{schema}}.receipt to {{role}};
grant select, insert, delete on {{schema}}.contact_event to {{role}};
grant select, insert, delete on {{schema}}.unsubscribe_link to {{role}};
