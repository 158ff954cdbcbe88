-- Hands out the numbers of the fence: whoever holds a newer one wins.
create sequence fence;

-- What is inside a resource. Immutable; the same content twice is one row.
create table inventory (
  account bigint not null,
  id bigint generated always as identity,
  digest bytea not null,
  catalogers bytea not null,
  packages int[] not null, -- sorted, unique
  evidence text not null, -- blob with paths, layers, licences
  gaps jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (account, id),
  unique (account, digest)
);
-- Probed one package id at a time (`packages @> array[id]`) by the worker role only: under row-level security GIN is no index condition.
create index inventory_packages on inventory using gin (packages) with (fastupdate = off);

create table resource (
  account bigint not null,
  id bigint generated always as identity,
  kind smallint not null, -- core RESOURCE_KIND
  arn text collate "C" not null,
  parent bigint,
  inventory bigint,
  evaluated bigint not null default 0, -- revision.id its findings were last matched with by a scan
  fence bigint not null default 0, -- number of the last writer
  evaluated_at timestamptz,
  scan_status smallint not null, -- core SCAN_STATUS
  scan_reason smallint not null, -- core SCAN_REASON
  scanned_at timestamptz,
  gone_at timestamptz,
  registry text collate "C",
  repository text collate "C",
  digest text collate "C",
  arch text collate "C",
  platform text,
  pushed_at timestamptz,
  pulled_at timestamptz,
  last_in_use_at timestamptz,
  in_use_count int not null default 0,
  exposure smallint not null default 0,
  detail jsonb not null default '{}',
  primary key (account, id),
  unique (account, arn)
) with (fillfactor = 80);
create index resource_inventory on resource (account, inventory);
create index resource_digest on resource (digest, account);
create index resource_repository on resource (repository, id);
create index resource_registry on resource (registry, id);
create index resource_pushed on resource (pushed_at, id);
create index resource_use on resource (in_use_count, id) where in_use_count > 0;

-- space: 1 image tag (key 'tag'), 2 resource tag. A b-tree, since GIN is lost under row-level security.
create table resource_tag (
  account bigint not null,
  resource bigint not null,
  space smallint not null,
  key text collate "C" not null,
  value text collate "C" not null,
  primary key (account, resource, space, key, value)
);
create index resource_tag_value on resource_tag (space, key, value, account, resource);

create table image_usage (
  account bigint not null,
  resource bigint not null,
  observer bigint not null, -- account of the cluster
  running int not null,
  last_seen timestamptz not null,
  primary key (account, resource, observer)
);

grant usage on sequence fence to assay_worker, assay_api;
grant select, insert, update, delete on inventory, resource, resource_tag, image_usage to assay_worker;
grant select, update on resource to assay_api;
grant select, insert, update, delete on resource_tag to assay_api;
grant select on image_usage to assay_api;
