-- One row for each tick that ran (or from which a new schedule counts): the primary key is what lets one replica of many run it.
create table {{schema}}.schedule_tick (
  schedule text not null,
  tick timestamptz not null,
  primary key (schedule, tick)
);
grant select, insert, delete on {{schema}}.schedule_tick to {{role}};
