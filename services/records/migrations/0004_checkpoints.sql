-- Signed checkpoints of the chains, kept outside the database.
insert into {{schema}}.job_task (task) values ('write-checkpoint');
