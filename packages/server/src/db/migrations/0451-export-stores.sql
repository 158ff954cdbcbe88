-- Where an account's reports and exports go instead of the directory of the service; the secret key lies sealed in `secret` as 'export-store'.
create table export_store (
  account bigint primary key,
  endpoint text,
  region text not null,
  path_style boolean not null,
  access_key_id text not null,
  updated_at timestamptz not null
);
alter table export_store enable row level security;
alter table export_store force row level security;
create policy own on export_store using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert, update, delete on export_store to assay_worker, assay_api;
