-- Keys that an account may name. A LOCAL key is derived from the master key and its version; a TRANSIT or KMS key lies with its provider under `name`.
create table encryption_key (
  account bigint not null,
  arn text collate "C" not null,
  provider text not null, -- keys KEY_PROVIDERS
  name text not null,
  description text,
  version int not null default 1, -- of a LOCAL key: the one that wraps; older ones still open
  created_at timestamptz not null,
  rotated_at timestamptz,
  primary key (account, arn)
);

-- The key that an account chose for a type of scan and of resource, where it is not the service's own.
create table encryption_setting (
  account bigint not null,
  scan_type text not null,
  resource_type text not null,
  arn text collate "C" not null,
  primary key (account, scan_type, resource_type)
);

-- Findings reports and SBOM exports, as asked for and as far as they are.
create table export (
  account bigint not null,
  id uuid not null,
  kind smallint not null, -- server EXPORT_KIND
  format text not null,
  status smallint not null, -- server EXPORT_STATUS
  criteria jsonb not null, -- as the caller gave them
  accounts bigint[] not null, -- whose data the caller saw when asking
  bucket text not null,
  prefix text not null,
  key_arn text not null,
  actor text not null,
  fence bigint not null default 0, -- number of the last writer
  checkpoint jsonb, -- where an interrupted one goes on
  location text, -- of the object, or of the folder of objects
  items bigint not null default 0, -- findings or documents written
  bytes bigint not null default 0,
  error_code text,
  error_message text,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (account, id)
);
create index export_created on export (account, created_at, id);
create unique index export_in_progress on export (account, kind) where status = 1;

do $$
declare
  t text;
begin
  foreach t in array array['encryption_key', 'encryption_setting', 'export'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own on %I using (account in
      (select unnest(string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[])))', t);
    execute format('grant select, insert, update, delete on %I to assay_worker, assay_api', t);
  end loop;
end $$;
revoke delete on export from assay_api;

-- What seals stored secrets: random keys of the service, each wrapped by the key provider that the configuration names. The newest seals.
create table data_key (
  id uuid primary key,
  provider text not null,
  name text not null,
  version int not null,
  wrapped text not null,
  created_at timestamptz not null
);
grant select, insert, update on data_key to assay_worker;
