-- Where images lie. kind: folder of connectors' registries. The credentials are a secret, named `registry:ID`.
create table registry (
  account bigint not null,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  name text collate "C" not null,
  host text collate "C" not null, -- as references write it
  config jsonb not null,
  include text[] not null default '{*}', -- patterns of repositories, `*` within a part, `**` over parts
  frequencies jsonb not null default '[]', -- [{pattern, frequency}], the first that fits; none: continuous
  recent_days int not null default 30, -- the first crawl takes what was pushed or pulled within
  enabled boolean not null default true,
  hook bytea, -- sha256 of the word that its notifications carry
  crawled_at timestamptz, -- last complete crawl
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (account, id),
  unique (account, name)
);
create index registry_host on registry (host, account);

-- GLOBAL content: what the bytes of a digest say. Nobody lists it; an account reaches it through what its repositories hold.
create table manifest (
  digest text collate "C" primary key,
  kind smallint not null, -- core MANIFEST_KIND: 1 index, 2 image, 3 artifact
  media_type text not null,
  config text collate "C", -- digest of an image's configuration
  platform text not null default '', -- of an image: `linux/arm64/v8`
  os_version text,
  artifact_type text,
  subject text collate "C",
  size bigint not null default 0 -- of all layers
);
create index manifest_config on manifest (config) where config is not null;
create table index_child (
  index text collate "C" not null,
  child text collate "C" not null,
  platform text not null, -- as the index says
  os_version text,
  primary key (index, child)
);
create index index_child_child on index_child (child);

-- What a repository holds and held.
create table repo_manifest (
  account bigint not null,
  registry text collate "C" not null, -- host
  repository text collate "C" not null,
  digest text collate "C" not null, -- of index or image
  pushed_at timestamptz,
  pulled_at timestamptz,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  deleted_at timestamptz, -- the registry has it no longer
  primary key (account, registry, repository, digest)
);
create index repo_manifest_digest on repo_manifest (digest, account);
-- Never overwritten: a row is one stretch of time in which a tag meant a digest; `until` null: now.
create table repo_tag (
  account bigint not null,
  registry text collate "C" not null,
  repository text collate "C" not null,
  tag text collate "C" not null,
  digest text collate "C" not null,
  since timestamptz not null,
  until timestamptz,
  primary key (account, registry, repository, tag, since)
);
create unique index repo_tag_now on repo_tag (account, registry, repository, tag) where until is null;
create index repo_tag_digest on repo_tag (account, registry, repository, digest);

grant select, insert, update, delete on registry, repo_manifest, repo_tag to assay_worker;
grant select, insert, update, delete on registry to assay_api;
grant select on repo_manifest, repo_tag to assay_api;
grant select, insert, update on manifest, index_child to assay_worker;
grant select on manifest, index_child to assay_api;
do $$
declare
  t text;
begin
  foreach t in array array['registry', 'repo_manifest', 'repo_tag'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (account in
      (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
  end loop;
end $$;
