-- What was scanned, for ListUsageTotals. Insert-only, since a counter per account would make its scans wait for each other; ended days are
-- folded into one row each.
create table usage (
  account bigint not null,
  id bigint generated always as identity,
  day date not null,
  type smallint not null, -- server USAGE_TYPES
  amount double precision not null,
  primary key (account, day, type, id)
);
-- The hours in which running resources were counted.
create table usage_hour (hour timestamptz primary key);

-- When a scan type was enabled for the first time: the trial begins then.
create table free_trial (
  account bigint not null,
  type text not null,
  started_at timestamptz not null default now(),
  primary key (account, type)
);

do $$
declare
  t text;
begin
  foreach t in array array['usage', 'free_trial'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (account in
      (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
  end loop;
end $$;
grant select on usage to assay_api;
grant select, insert, update, delete on usage, usage_hour, free_trial to assay_worker;
grant select, insert on free_trial to assay_api;

insert into free_trial (account, type)
  select a.account, t.key from account a, jsonb_each(coalesce(a.settings->'scanTypes', '{}')) t where t.value = 'true';
-- Whoever enables, by whatever way: a first start, Enable, an organisation's autoEnable.
create function begin_free_trial() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into public.free_trial (account, type)
    select new.account, t.key from jsonb_each(coalesce(new.settings->'scanTypes', '{}')) t where t.value = 'true' on conflict do nothing;
  return null;
end $$;
create trigger first_enabled after insert or update of settings on account for each row execute function begin_free_trial();
