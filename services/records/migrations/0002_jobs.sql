-- `enrol` does a run that somebody or the clock ordered; `enrol-tick` is the clock.
insert into {{schema}}.job_task (task) values ('enrol'), ('enrol-tick');
