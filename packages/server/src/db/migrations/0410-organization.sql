-- An organisation is a management account and those made by it. Its delegated administrator sees the accounts associated to it.
alter table account add column organization bigint; -- the management account; null: stands alone, or is one itself
alter table account add column created_at timestamptz not null default now();
create index account_organization on account (organization, account) where organization is not null;

create table organization (
  account bigint primary key, -- the management account
  administrator bigint,
  auto_enable jsonb not null default '{}', -- scan types that accounts start with when they join
  limit_reached boolean not null default false,
  updated_at timestamptz not null
);
create unique index organization_administrator on organization (administrator) where administrator is not null;

create table member (
  account bigint primary key, -- one administrator at a time
  administrator bigint not null,
  status smallint not null, -- server RELATIONSHIP
  updated_at timestamptz not null
);
create index member_administrator on member (administrator, account);

-- A management account names itself to see the accounts of its organisation, an administrator to see its members and what it administers.
alter policy own on account using (
  account in (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]))
  or organization in (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]))
);
do $$
declare
  t text;
begin
  foreach t in array array['organization', 'member'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (
      account in (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[]))
      or administrator in (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
    execute format('grant select, insert, update, delete on %I to assay_worker, assay_api', t);
  end loop;
end $$;

-- The keys' own function reads sealed secrets; nothing else looks across accounts for one.
drop function secret_by_id(text);
drop index secret_id;
