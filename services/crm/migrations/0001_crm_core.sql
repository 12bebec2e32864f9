-- The CRM core: people and what a shop knows of them. It knows nothing about privacy; `records` wraps it like any other CRM.

create table {{schema}}.account (
  id uuid primary key default gen_random_uuid(),
  source text not null check (source <> ''),
  external_key text not null check (external_key <> ''),
  name text not null,
  -- The CRM's own code for the member of staff who looks after this account.
  owner_staff text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (source, external_key)
);

-- A person. The CRM keeps its own keys and never learns a subject id.
create table {{schema}}.contact (
  id uuid primary key default gen_random_uuid(),
  source text not null check (source <> ''),
  external_key text not null check (external_key <> ''),
  account_id uuid references {{schema}}.account (id),
  given_name text,
  family_name text,
  email text,
  phone text,
  address_line1 text,
  address_line2 text,
  city text,
  postal_code text,
  -- Second half of an ISO 3166-2 code: CA with country US is US-CA.
  state text check (state ~ '^[A-Z0-9]{1,3}$'),
  -- ISO 3166-1 alpha-2; null: unknown, or the sources disagree (then the orders hold the evidence).
  country text check (country ~ '^[A-Z]{2}$'),
  country_as_given text,
  birth_year integer check (birth_year between 1880 and 2100),
  language text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (source, external_key)
);
create index contact_by_account on {{schema}}.contact (account_id);
create index contact_by_email on {{schema}}.contact (lower(email));

create table {{schema}}.lead (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  origin text not null,
  interest text,
  status text not null check (status in ('new', 'contacted', 'qualified', 'lost')),
  created_at timestamptz not null default now()
);
create index lead_by_contact on {{schema}}.lead (contact_id);

create table {{schema}}.opportunity (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  title text not null,
  stage text not null check (stage in ('open', 'offered', 'won', 'lost')),
  amount numeric,
  currency text check (currency ~ '^[A-Z]{3}$'),
  expected_on date,
  created_at timestamptz not null default now(),
  check ((amount is null) = (currency is null))
);
create index opportunity_by_contact on {{schema}}.opportunity (contact_id);

-- An order without a contact belongs to nobody and is never attached to anyone.
create table {{schema}}.sales_order (
  id uuid primary key default gen_random_uuid(),
  source text not null check (source <> ''),
  number text not null check (number <> ''),
  kind text not null check (kind in ('order', 'cancellation')),
  contact_id uuid references {{schema}}.contact (id),
  -- The earliest of its lines' times.
  ordered_at timestamptz not null,
  country text check (country ~ '^[A-Z]{2}$'),
  country_as_given text,
  created_at timestamptz not null default now(),
  unique (source, number)
);
create index sales_order_by_contact on {{schema}}.sales_order (contact_id, ordered_at desc);

-- A line is its content and its occurrence among equal lines of its invoice: exact duplicates are real and kept.
create table {{schema}}.order_line (
  line_key text primary key check (line_key ~ '^[0-9a-f]{32}-[1-9][0-9]*$'),
  order_id uuid not null references {{schema}}.sales_order (id),
  stock_code text not null,
  description text,
  -- Negative in cancellations and corrections; prices may be zero or negative.
  quantity numeric not null,
  unit_price numeric not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  invoiced_at timestamptz not null
);
create index order_line_by_order on {{schema}}.order_line (order_id);

create table {{schema}}.invoice (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  order_id uuid references {{schema}}.sales_order (id),
  number text not null unique,
  issued_on date not null,
  due_on date not null,
  amount_due numeric not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  payment_method text,
  paid_at timestamptz,
  check (due_on >= issued_on)
);
create index invoice_by_contact on {{schema}}.invoice (contact_id);
create index invoice_by_order on {{schema}}.invoice (order_id);

create table {{schema}}.interaction (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  channel text not null check (channel in ('email', 'phone', 'chat', 'visit')),
  direction text not null check (direction in ('in', 'out')),
  body text not null,
  -- Where the recording of a call lies.
  recording text,
  staff text,
  occurred_at timestamptz not null,
  check (recording is null or channel = 'phone')
);
create index interaction_by_contact on {{schema}}.interaction (contact_id, occurred_at desc);

create table {{schema}}.ticket (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  number text not null unique,
  subject text not null,
  body text not null,
  status text not null check (status in ('open', 'waiting', 'closed')),
  priority text not null check (priority in ('low', 'normal', 'high')),
  opened_at timestamptz not null,
  closed_at timestamptz,
  check ((status = 'closed') = (closed_at is not null))
);
create index ticket_by_contact on {{schema}}.ticket (contact_id, opened_at desc);

create table {{schema}}.score (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references {{schema}}.contact (id),
  model text not null,
  value numeric not null,
  computed_at timestamptz not null,
  unique (contact_id, model)
);

create table {{schema}}.tier (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null unique references {{schema}}.contact (id),
  name text not null check (name in ('bronze', 'silver', 'gold')),
  since timestamptz not null
);

grant usage on schema {{schema}} to {{role}}, {{role:records}};
grant select, insert, update, delete on
  {{schema}}.account, {{schema}}.contact, {{schema}}.lead, {{schema}}.opportunity, {{schema}}.sales_order, {{schema}}.order_line,
  {{schema}}.invoice, {{schema}}.interaction, {{schema}}.ticket, {{schema}}.score, {{schema}}.tier
  to {{role}};
grant select on
  {{schema}}.account, {{schema}}.contact, {{schema}}.lead, {{schema}}.opportunity, {{schema}}.sales_order, {{schema}}.order_line,
  {{schema}}.invoice, {{schema}}.interaction, {{schema}}.ticket, {{schema}}.score, {{schema}}.tier
  to {{role:records}};
