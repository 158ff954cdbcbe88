-- Who may call. Secrets of access keys lie sealed in `secret` under the id 'access_key/ID'.
create table access_key (
  account bigint not null,
  id text not null,
  name text not null, -- the user in the caller's ARN
  role smallint not null, -- server ROLE_CODES
  enabled boolean not null default true,
  created_at timestamptz not null,
  primary key (account, id)
);
create unique index access_key_id on access_key (id);

-- Sign-in links, sessions and bearer tokens, by SHA-256 of the token: the table gives nobody a way in.
create table token (
  hash bytea primary key,
  account bigint not null,
  kind smallint not null, -- server TOKEN_KINDS
  name text not null,
  role smallint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index token_account on token (account, kind, expires_at);

alter table access_key enable row level security;
alter table token enable row level security;
create policy own on access_key using (account = any (string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]));
create policy own on token using (account = any (string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[]));

-- The caller's account is not known before the proof is read, so these two look across accounts. Both need the exact id or hash.
create function access_key_by_id(wanted text)
  returns table (account bigint, name text, role smallint, sealed bytea, sealed_under text)
  language sql stable security definer set search_path = pg_catalog, public as $$
    select k.account, k.name, k.role, s.sealed, s.key from public.access_key k
    join public.account a on a.account = k.account
    join public.secret s on s.account = k.account and s.id = 'access_key/' || k.id
    where k.id = wanted and k.enabled and a.state = 1 $$;
create function token_by_hash(wanted bytea, wanted_kind smallint, at timestamptz)
  returns table (account bigint, name text, role smallint)
  language sql stable security definer set search_path = pg_catalog, public as $$
    select t.account, t.name, t.role from public.token t join public.account a on a.account = t.account
    where t.hash = wanted and t.kind = wanted_kind and t.expires_at > at and a.state = 1 $$;
-- Reads and removes in one statement, so that of two callers with one link only the first gets in.
create function take_token(wanted bytea, wanted_kind smallint, at timestamptz)
  returns table (account bigint, name text, role smallint)
  language sql volatile security definer set search_path = pg_catalog, public as $$
    with taken as (delete from public.token t where t.hash = wanted and t.kind = wanted_kind returning t.account, t.name, t.role, t.expires_at)
    select x.account, x.name, x.role from taken x join public.account a on a.account = x.account where x.expires_at > at and a.state = 1 $$;
revoke all on function access_key_by_id(text), token_by_hash(bytea, smallint, timestamptz), take_token(bytea, smallint, timestamptz) from public;
grant execute on function access_key_by_id(text), token_by_hash(bytea, smallint, timestamptz), take_token(bytea, smallint, timestamptz)
  to assay_api, assay_worker;
grant select, insert, update, delete on access_key, token to assay_worker;
grant select, insert, update, delete on access_key, token to assay_api;
