-- The one queue. state: 0 queued, 1 running, 2 dead, 3 done with a result somebody waits for (other done jobs are deleted).
-- Account -1 is the system's own work.
create table job (
  id bigint generated always as identity primary key,
  account bigint not null,
  kind text not null,
  key text not null,
  lane text not null,
  priority smallint not null,
  state smallint not null default 0,
  run_at timestamptz not null default now(),
  attempts smallint not null default 0,
  lease_until timestamptz,
  worker text,
  fence bigint,
  payload jsonb not null,
  result jsonb,
  error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index job_queued on job (account, kind, key) where state = 0; -- coalesces with the queued one, never with the running one
create unique index job_running on job (account, kind, key) where state = 1;
create index job_ready on job (lane, account, priority desc, run_at, id) where state = 0;
create index job_lease on job (lease_until) where state = 1;
create index job_finished on job (finished_at) where state in (2, 3);

-- When an account was last served in a lane: the least recently served one comes next, so a big tenant cannot starve the others.
create table job_turn (
  lane text not null,
  account bigint not null,
  served bigint not null,
  primary key (lane, account)
);
create sequence job_turn_number;

grant select, insert, update, delete on job, job_turn to assay_worker;
grant usage on sequence job_turn_number to assay_worker;
grant select, insert, update on job to assay_api;
