-- By when findings should be gone, and whose they are. The policy decides; a sweep keeps finding_due to it, so that lists and reports by date
-- and owner are index scans, and no finding is written because a policy, a tag or a pod changed.
create table due_policy (
  account bigint primary key,
  rules jsonb not null default '[]', -- server DueRule, the first that fits decides
  owners jsonb not null default '[]', -- server OwnerRule, likewise
  fresh boolean not null default true, -- changed since the last sweep: what is overdue by the change alone is not told
  updated_at timestamptz not null,
  updated_by text not null
);
create table finding_due (
  account bigint not null,
  finding bigint not null,
  resource bigint not null,
  due_at timestamptz not null,
  rule text not null,
  owner text collate "C" not null default '', -- '' where no owner rule fits
  closed_at timestamptz, -- of a finding that closed while it had a date: later than due_at is a breach
  told boolean not null default false, -- that it is overdue
  primary key (account, finding)
);
create index finding_due_open on finding_due (due_at, finding) where closed_at is null;
create index finding_due_closed on finding_due (closed_at, finding) where closed_at is not null;
do $$
declare
  t text;
begin
  foreach t in array array['due_policy', 'finding_due'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (account in
      (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
  end loop;
end $$;
grant select, insert, update on due_policy to assay_api;
grant select, update on due_policy to assay_worker;
grant select on finding_due to assay_api;
grant select, insert, update, delete on finding_due to assay_worker;
