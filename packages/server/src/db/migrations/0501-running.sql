-- Where containers run. Of the account that observes it; who owns the images is another matter.
create table cluster (
  account bigint not null,
  id bigint generated always as identity,
  arn text collate "C" not null,
  provider text collate "C" not null, -- core CLUSTER_PROVIDERS
  uid text collate "C" not null,
  name text not null,
  version text,
  collector uuid, -- who reports it
  epoch bigint not null default 0, -- of the collector's process
  sequence bigint not null default 0, -- of its last report that was taken
  observed_at timestamptz, -- last evidence; silence freezes ageing
  complete_at timestamptz, -- last whole snapshot
  scope text[], -- namespaces; null: all of it
  held int, -- rows of a snapshot that shrank too much, waiting for a second one
  health jsonb not null default '{}',
  created_at timestamptz not null default now(),
  gone_at timestamptz,
  primary key (account, id),
  unique (account, arn),
  unique (account, provider, uid)
);

-- Who may report, and what the server itself watches. kind: folder of connectors' clusters, or `push` for a collector elsewhere.
create table collector (
  account bigint not null,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  name text collate "C" not null,
  config jsonb not null default '{}', -- the secret lies in `secret` as `collector:ID`
  cluster_uid text, -- whoever pushes is bound to the first cluster it reported
  enabled boolean not null default true,
  seen_at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (account, id),
  unique (account, name)
);

-- One image in one workload: core RunningImage. confidence: 0 unresolved, 1 exact, 2 index, 3 config, 4 tag.
create table running_image (
  account bigint not null, -- the observer's
  id bigint generated always as identity,
  cluster bigint not null,
  namespace text collate "C" not null,
  workload_kind text not null,
  workload text collate "C" not null,
  definition text not null,
  image text not null,
  image_id text collate "C" not null,
  platform text not null,
  digests text[] not null default '{}',
  digest text collate "C", -- of image_id, whatever it is the digest of
  key bytea not null, -- 16 bytes of sha256 over the key members
  running int not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  reach smallint not null default 0, -- core REACH_CODES
  confidence smallint not null default 0,
  asked_at timestamptz, -- when it was last tried to resolve it
  primary key (account, id),
  unique (account, cluster, key)
);
create index running_image_digest on running_image (digest, account);
create index running_image_unresolved on running_image (account, asked_at) where confidence = 0;

-- Which resources an observation means; usually one. The resource may belong to another account of the organisation.
create table running_resource (
  observer bigint not null,
  running bigint not null, -- running_image.id
  account bigint not null, -- of the resource
  resource bigint not null,
  primary key (account, resource, observer, running)
);
create index running_resource_running on running_resource (observer, running);

-- History by the hour: at most so many ran, so many ended. `account` is the observer's.
create table running_hour (
  account bigint not null,
  running bigint not null, -- running_image.id
  hour timestamptz not null,
  running_most int not null default 0,
  stopped int not null default 0,
  primary key (account, running, hour)
);
create index running_hour_hour on running_hour (hour);

grant select, insert, update, delete on cluster, collector, running_image, running_resource, running_hour to assay_worker;
grant select, insert, update, delete on collector to assay_api;
grant select on cluster, running_image, running_resource, running_hour to assay_api;
do $$
declare
  t text;
begin
  foreach t in array array['cluster', 'collector', 'running_image', 'running_hour'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (account in
      (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
  end loop;
end $$;
alter table running_resource enable row level security;
alter table running_resource force row level security;
create policy own on running_resource using (
  account in (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]))
  or observer in (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
