-- Durable jobs run in the schema {{schema}}_jobs (graphile-worker). Here: what the service's role may put in, and who is at work.

-- The only tasks that may be enqueued; each service's own migrations add its own.
create table {{schema}}.job_task (task text primary key check (task ~ '^[a-z][a-z0-9-]{1,62}$'));
grant select on {{schema}}.job_task to {{role}};

-- Leases of the processes that take jobs, so that the jobs of one that died are free again after a minute instead of four hours.
create table {{schema}}.job_worker (worker text primary key, seen_at timestamptz not null);
grant select, insert, update, delete on {{schema}}.job_worker to {{role}};

-- Whether every value is an id or code: job and outbox tables are no place for personal data.
create function {{schema}}.ids_only(payload jsonb) returns boolean
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp
  as $function$
    select jsonb_typeof(payload) = 'object'
      and not exists (select from jsonb_each_text(payload) field where field.value is null or field.value !~ '^[A-Za-z0-9_:.-]{1,200}$')
  $function$;
revoke all on function {{schema}}.ids_only from public;
grant execute on function {{schema}}.ids_only to {{role}};

-- Enqueues in the caller's transaction.
create function {{schema}}.enqueue_job(task text, payload jsonb, job_key text, run_at timestamptz) returns bigint
  language plpgsql security definer set search_path = pg_catalog, pg_temp
  as $function$
  begin
    if not exists (select from {{schema}}.job_task allowed where allowed.task = enqueue_job.task) then
      raise exception 'task % is not in {{schema}}.job_task', enqueue_job.task using errcode = 'check_violation';
    end if;
    if not {{schema}}.ids_only(enqueue_job.payload) then
      raise exception 'a job payload holds ids and codes only' using errcode = 'check_violation';
    end if;
    return (select id from {{schema}}_jobs.add_job(enqueue_job.task, enqueue_job.payload::json, run_at => enqueue_job.run_at, job_key => enqueue_job.job_key));
  end
  $function$;
revoke all on function {{schema}}.enqueue_job from public;
grant execute on function {{schema}}.enqueue_job to {{role}};
