-- The ledger's heads are signed and put outside the database by this job.
insert into {{schema}}.job_task (task) values ('write-checkpoint');
