-- Narrow: nothing in it changes because a pod started or EPSS drifted.
create table finding (
  account bigint not null,
  id bigint generated always as identity,
  resource bigint not null,
  issue int not null,
  spot bigint not null default 0, -- 0 for packages, else a 52-bit hash of port range or of file and context
  kind smallint not null,
  status smallint not null,
  severity smallint not null,
  fix smallint not null default 0,
  score real not null default -1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  rule bigint,
  detail jsonb,
  primary key (account, id)
);
create unique index finding_key on finding (account, resource, issue, spot);
create index finding_issue on finding (issue, account, id);
-- Sort indexes carry no account: account is a filter there.
create index finding_severity on finding (severity, id);
create index finding_score on finding (score, id);
create index finding_first on finding (first_at, id);
create index finding_last on finding (last_at, id);
create index finding_status on finding (status, id);

-- The packages that make a finding, each with its reason: rule code, advisory, version that fixes it. A closed finding keeps its last ones.
create table finding_package (
  account bigint not null,
  finding bigint not null,
  package int not null,
  resource bigint not null,
  fixed text,
  advisory text not null,
  reason smallint not null, -- core MATCH_RULE_CODES
  severity smallint not null default 0, -- what this package alone would give the finding
  score real not null default -1,
  primary key (account, finding, package)
);
create index finding_package_package on finding_package (package, account, resource, finding);

-- History, audit and outbox in one. Append-only, a partition a month. kind: server EVENT_KIND.
create table finding_event (
  account bigint not null,
  resource bigint not null,
  finding bigint not null,
  seq bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  kind smallint not null,
  actor text not null,
  revision bigint,
  change jsonb not null,
  primary key (account, seq, at)
) partition by range (at);
create index finding_event_tx on finding_event (tx, seq);
create index finding_event_finding on finding_event (account, finding, seq);
create table finding_event_default partition of finding_event default;

-- Partitions of this month and the `ahead` following ones. Runs as the owner, since only the owner may create tables.
-- A month that already has rows in the default partition keeps them there.
create function create_event_partitions(ahead int) returns int language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  month timestamptz;
  name text;
  made int := 0;
begin
  if ahead < 0 or ahead > 60 then raise exception 'ahead must be between 0 and 60'; end if;
  for month in select date_trunc('month', now() at time zone 'utc') at time zone 'utc' + make_interval(months => n) from generate_series(0, ahead) n loop
    name := 'finding_event_' || to_char(month at time zone 'utc', 'YYYYMM');
    if to_regclass('public.' || name) is null
       and not exists (select from public.finding_event_default where at >= month and at < month + interval '1 month') then
      execute format('create table public.%I partition of public.finding_event for values from (%L) to (%L)', name, month, month + interval '1 month');
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
revoke all on function create_event_partitions(int) from public;
grant execute on function create_event_partitions(int) to assay_worker;
select create_event_partitions(3);

grant select, insert, update, delete on finding, finding_package to assay_worker;
grant select, insert on finding_event to assay_worker, assay_api;
grant select, update on finding to assay_api;
grant select on finding_package to assay_api;
