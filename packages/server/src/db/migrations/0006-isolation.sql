-- The second net: the api role sees only accounts named in the transaction's `assay.accounts`. Every query names them too.
-- `secret` is not forced, because the owner's function secret_by_id reads it.
do $$
declare
  t text;
begin
  foreach t in array array['account', 'inventory', 'resource', 'resource_tag', 'finding', 'finding_package', 'finding_event', 'filter',
    'secret', 'sink', 'sink_dead_letter', 'job'] loop
    execute format('alter table %I enable row level security', t);
    if t <> 'secret' then execute format('alter table %I force row level security', t); end if;
    execute format('create policy own on %I using (account = any (string_to_array(nullif(current_setting(''assay.accounts'', true), ''''), '','')::bigint[]))', t);
  end loop;
end $$;
alter table image_usage enable row level security;
alter table image_usage force row level security;
create policy own on image_usage using (
  account = any (string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])
  or observer = any (string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])
);
