-- How far each segment of the stop log was verified to be in this database. Written in the transaction that verified it,
-- so a restored dump brings the checkpoint of its own age and everything since is replayed.
create table {{schema}}.stop_checkpoint (
  segment text primary key,
  verified_bytes bigint not null check (verified_bytes > 0)
);
grant select, insert, update on {{schema}}.stop_checkpoint to {{role}};
