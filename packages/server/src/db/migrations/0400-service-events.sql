-- What happens to anything but a finding and others want to hear of: coverage, scans, rules, due dates, accounts. Written in the transaction
-- of the change and read by horizon, as finding_event is. Append-only. kind: server SERVICE_EVENT.
create table service_event (
  account bigint not null,
  seq bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now(),
  kind smallint not null,
  actor text not null,
  subject text collate "C" not null, -- ARN of the resource, filter, account or job it is about
  body jsonb not null,
  primary key (account, seq)
);
create index service_event_tx on service_event (tx, seq);
create index service_event_subject on service_event (account, subject, seq);
alter table service_event enable row level security;
alter table service_event force row level security;
create policy own on service_event using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert on service_event to assay_worker, assay_api;
