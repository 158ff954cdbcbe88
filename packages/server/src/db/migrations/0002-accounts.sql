-- Tenants. The account leads every key and join of tenant tables; resource-derived rows carry the resource too.
create table account (
  account bigint primary key, -- 12 digits, padded on the wire; 0 is the default account
  name text not null,
  state smallint not null default 1,
  settings jsonb not null default '{}'
);

-- Saved criteria; with action SUPPRESS a suppression rule.
create table filter (
  account bigint not null,
  id bigint generated always as identity,
  name text not null,
  action smallint not null,
  criteria jsonb not null,
  fields text[] not null, -- which resource or issue changes make the rule be tried again
  applied boolean not null default false, -- until true every read adds the rule's predicate
  expires_at timestamptz,
  owner text,
  reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account, id),
  unique (account, name)
);

-- Recoverable secrets, AES-256-GCM under the master key, bound to account, table and id.
create table secret (
  account bigint not null,
  id text not null,
  sealed bytea not null,
  key text not null,
  primary key (account, id)
);
create index secret_id on secret (id);

-- Who signs a request is not known before its key is read: the one look-up across accounts that the api role has. It returns sealed bytes.
create function secret_by_id(wanted text) returns setof secret language sql stable security definer set search_path = pg_catalog, public
  as $$ select * from public.secret where id = wanted $$;
revoke all on function secret_by_id(text) from public;

-- Where events go.
create table sink (
  account bigint not null,
  id bigint generated always as identity,
  kind text not null,
  name text not null,
  config jsonb not null,
  enabled boolean not null default true,
  attempts int not null default 0, -- failures in a row of the batch at the head
  retry_at timestamptz,
  error text,
  created_at timestamptz not null default now(),
  primary key (account, id),
  unique (account, name)
);
create table sink_dead_letter (
  account bigint not null,
  sink bigint not null,
  seq bigint not null,
  body jsonb not null,
  error text not null,
  at timestamptz not null default now(),
  primary key (account, sink, seq)
);

grant select, insert, update, delete on account, filter, secret, sink, sink_dead_letter to assay_worker;
grant select, insert, update, delete on filter, secret, sink to assay_api;
grant select, insert, update on account to assay_api;
grant select on sink_dead_letter to assay_api;
grant execute on function secret_by_id(text) to assay_api, assay_worker;
