-- A person may remove a resource (the sample, a mistaken submission) at once; row-level security keeps it inside the account.
grant delete on resource, finding, finding_package to assay_api;

-- How far sinks are is their account's; how far the evaluation is (account -1) everybody may read.
alter table progress enable row level security;
alter table progress force row level security;
create policy own on progress using (account = any (string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]));
create policy evaluation on progress for select using (account = -1);
grant select on progress to assay_api;
