-- Signed-in browsers. The cookie holds a random id; here stands only its hash, so that a reader of this table can't sign in as anybody.
-- Tokens and what is known of the person are sealed under a key that the database never sees.
create table {{schema}}.session (
  id_hash bytea primary key check (octet_length(id_hash) = 32),
  -- Null: a member of staff.
  subject text check (subject ~ '^[a-z]{2}_[0-9a-f]{32}$'),
  sealed bytea not null,
  created_at timestamptz not null,
  -- To the minute: it decides idle expiry and isn't worth a write on each request.
  seen_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > created_at)
);
create index session_subject on {{schema}}.session (subject) where subject is not null;
create index session_ends_at on {{schema}}.session (ends_at);
grant select, insert, update, delete on {{schema}}.session to {{role}};
