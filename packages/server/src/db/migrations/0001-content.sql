-- Global tables hold content only: no account, no operation may list or probe them; tenants reach them through their own rows.
-- Laws: sorted or prefix-searched text is COLLATE "C" and searched by ranges, never LIKE; no SQL enums (smallint codes of core);
-- an id is int4 only where the row is content.

-- The matching identity: everything a matcher may read, and nothing else. Insert-only.
create table package (
  id int generated always as identity primary key,
  digest bytea not null unique, -- first 16 bytes of sha256 over core's canonicalIdentity
  type smallint not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  version text not null,
  source_name text collate "C",
  source_version text,
  arch text,
  module text,
  vendor text,
  owner smallint not null default 0, -- none | by a comprehensive distribution | by other (core OWNER_CODES)
  purl text not null
);
create index package_name on package (namespace, name); -- the namespace says the type
create index package_source on package (namespace, source_name) where source_name is not null;

-- What is wrong, wherever it is (vulnerability, port, code rule, benchmark check). EPSS, KEV and texts live here, so that
-- their daily changes never rewrite findings.
create table issue (
  id int generated always as identity primary key,
  kind smallint not null, -- core FINDING_KIND
  name text collate "C" not null, -- CVE where one exists, else the advisory's own id
  source text collate "C" not null, -- feed it was last described by
  vendor_severity smallint not null default 0, -- core SEVERITY_CODES
  epss real not null default -1,
  kev date,
  exploit boolean not null default false,
  aliases text[] not null default '{}',
  doc jsonb not null, -- title, text, links, CVSS as last seen: history survives a withdrawn advisory
  revision bigint not null,
  unique (kind, name)
);
create index issue_epss on issue (epss, id);
create index issue_vendor on issue (vendor_severity, id);
create index issue_source on issue (source, id);

-- One state of the advisory database. state: 0 staged, 1 current, 2 retired; at most one current.
create table revision (
  id bigint primary key,
  digest bytea not null, -- logical revision id, 32 bytes; comes again after a rollback
  enrichment bytea not null,
  state smallint not null,
  built_at timestamptz not null,
  matcher int not null,
  place text not null,
  counts jsonb not null
);
create unique index revision_current on revision ((true)) where state = 1;

-- How far a consumer has come.
-- Evaluation: consumer 'findings', account -1: `revision` is done everywhere; `attempted` were begun since and reached some resources;
-- only the evaluator that holds `fence` may write. Sinks: 'sink:ID': the window [horizon, until) and the last seq sent of it.
create table progress (
  consumer text not null,
  account bigint not null,
  revision bigint,
  attempted bigint[] not null default '{}',
  fence bigint,
  horizon xid8,
  until xid8,
  seq bigint,
  at timestamptz not null default now(),
  primary key (consumer, account)
);

grant select on package, issue, revision to assay_api;
grant select, insert on package to assay_worker;
grant select, insert, update on issue, revision to assay_worker;
grant select, insert, update, delete on progress to assay_worker;
