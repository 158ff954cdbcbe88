-- Tags of what people make here (filters), by ARN. Tags of what was found lie in resource_tag.
create table tag (
  account bigint not null,
  arn text collate "C" not null,
  key text collate "C" not null,
  value text not null,
  primary key (account, arn, key)
);
alter table tag enable row level security;
alter table tag force row level security;
create policy own on tag using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert, update, delete on tag to assay_api, assay_worker;
