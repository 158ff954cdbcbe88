-- One row for each API call of a caller we know. Append-only, a partition a month; whole months are dropped when they are too old.
create table audit_record (
  account bigint not null,
  at timestamptz not null,
  id bigint generated always as identity,
  request text not null,
  service text not null,
  operation text collate "C" not null,
  changes boolean not null, -- the operation may change something
  principal text collate "C" not null,
  via smallint not null, -- server PROOFS
  address text not null,
  agent text not null,
  status smallint not null,
  error text,
  message text,
  duration int not null, -- milliseconds
  resources text[] not null, -- ARNs that input or output name
  input jsonb,
  output jsonb,
  primary key (account, at, id)
) partition by range (at);
create index audit_record_operation on audit_record (account, operation, at, id);
create index audit_record_principal on audit_record (account, principal, at, id);
create table audit_record_default partition of audit_record default;

-- As create_event_partitions, for this table; and drops the months that ended more than `days` ago, 0 for none. Runs as the owner, who alone
-- may do either. By the database's clock: that of a process may be wrong by years.
create function keep_audit_partitions(ahead int, days int) returns int language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  month timestamptz;
  name text;
  oldest timestamptz := now() - make_interval(days => days);
  dropped int := 0;
begin
  if ahead < 0 or ahead > 60 then raise exception 'ahead must be between 0 and 60'; end if;
  for month in select date_trunc('month', now() at time zone 'utc') at time zone 'utc' + make_interval(months => n) from generate_series(0, ahead) n loop
    name := 'audit_record_' || to_char(month at time zone 'utc', 'YYYYMM');
    if to_regclass('public.' || name) is null
       and not exists (select from public.audit_record_default where at >= month and at < month + interval '1 month') then
      execute format('create table public.%I partition of public.audit_record for values from (%L) to (%L)', name, month, month + interval '1 month');
    end if;
  end loop;
  if days = 0 then return 0; end if;
  for name in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'public.audit_record'::regclass and c.relname ~ '^audit_record_\d{6}$'
        and to_timestamp(right(c.relname, 6) || ' 00:00 UTC', 'YYYYMM HH24:MI TZ') + interval '1 month' <= oldest loop
    execute format('drop table public.%I', name);
    dropped := dropped + 1;
  end loop;
  delete from public.audit_record_default where at < oldest;
  return dropped;
end $$;
revoke all on function keep_audit_partitions(int, int) from public;
grant execute on function keep_audit_partitions(int, int) to assay_worker;
select keep_audit_partitions(3, 0);

alter table audit_record enable row level security;
alter table audit_record force row level security;
create policy own on audit_record using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert on audit_record to assay_api, assay_worker;
