-- A link to unsubscribe carries what it stops, sealed under a key outside the database: it needs no row, so none can be lost.
drop table {{schema}}.unsubscribe_link;

-- A retry keeps its slot but is decided again, so the slot knows the key (HMAC) that took it, and no reply is stored.
alter table {{schema}}.contact_event add column repeat_mac text check (repeat_mac ~ '^[A-Za-z0-9_-]{43}$');
create unique index contact_event_repeat on {{schema}}.contact_event (shard, subject, repeat_mac) where repeat_mac is not null;
grant update (repeat_mac) on {{schema}}.contact_event to {{role}};
-- Replies stored until now hold links in the clear, and a yes that may be over.
delete from {{schema}}.idempotency where route = 'reserveContact';

-- An objection ends the grant that it meets, also where both were there before that rule.
update {{schema}}.subject_state as state
set consents = state.consents || (
  select jsonb_object_agg(objection.key, jsonb_build_object(
    'status', 'withdrawn', 'at', objection.value -> 'at', 'confirmed', false, 'separate', false, 'givenBy', 'subject',
    'noticeVersion', state.consents -> objection.key -> 'noticeVersion', 'noticeHash', state.consents -> objection.key -> 'noticeHash'))
  from jsonb_each(state.objections) as objection
  where state.consents -> objection.key ->> 'status' = 'granted')
where exists (
  select 1 from jsonb_object_keys(state.objections) as objection (purpose)
  where state.consents -> objection.purpose ->> 'status' = 'granted');
