-- Reports that were taken and wait for the worker; of a snapshot that has not ended also what it and the changes since its begin said.
create table running_report (
  account bigint not null, -- the observer's
  id bigint generated always as identity,
  cluster bigint not null,
  part smallint not null, -- server REPORT_PART
  at timestamptz not null, -- when it was taken
  scope text[], -- of a snapshot's begin; null: all of the cluster
  images jsonb not null default '[]', -- rows of running_image and their hours
  applied boolean not null default false, -- a change that was applied and is kept for the end of the snapshot around it
  primary key (account, id)
);
create index running_report_cluster on running_report (account, cluster, id);

alter table cluster add column held_at timestamptz; -- since when a snapshot that shrank too much waits
comment on table running_hour is 'by the hour for two days, then one row a day';

create index running_image_digests on running_image using gin (digests) with (fastupdate = off);
-- What links two accounts: looked through when an account comes or goes.
create index running_resource_across on running_resource (observer, account) where observer <> account;
create index image_usage_across on image_usage (observer, account) where observer <> account;
-- Images that were not read from a registry of ours tell their index and configuration themselves.
create index resource_of_index on resource ((detail->>'index'), account) where detail ? 'index';
create index resource_of_config on resource ((detail->>'config'), account) where detail ? 'config';

grant select, insert, update, delete on running_report to assay_worker;
grant select, insert on running_report to assay_api;
grant insert, update on cluster to assay_api;
alter table running_report enable row level security;
alter table running_report force row level security;
create policy own on running_report using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
create index repo_tag_name on repo_tag (registry, repository, tag, account);
grant delete on running_resource to assay_api; -- goes with a resource that a person removes
