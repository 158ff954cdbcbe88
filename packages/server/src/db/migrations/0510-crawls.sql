alter table registry alter column include set default '{**}';
alter table registry
  add column crawl_minutes int not null default 60, -- between two crawls
  add column next_crawl_at timestamptz not null default now(),
  add column held int; -- images that a complete crawl missed, too many to believe it at once
alter table repo_manifest
  add column ingested_at timestamptz, -- its graph is stored and its images are looked at
  add column checked_at timestamptz, -- when a registry that lists no untagged images was last asked whether it still has it
  add column read_at timestamptz, -- when we read its manifest last: a pull of that time is our own
  add column error text; -- why it could not be looked at
create index repo_manifest_waiting on repo_manifest (account, registry, repository) where ingested_at is null and deleted_at is null;
