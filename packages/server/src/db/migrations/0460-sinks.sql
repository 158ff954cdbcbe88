-- What a sink wants and how it is doing. mode: connectors' SinkMode. filter: server SinkFilter. One process at a time sends to a sink: whoever
-- holds the lease, which ends by itself; nothing is written by who lost it.
alter table sink
  add column mode text not null default 'EACH',
  add column filter jsonb not null default '{}',
  add column digest_hour smallint not null default 8, -- UTC, of a daily digest
  add column next_at timestamptz, -- of the next digest
  add column test boolean not null default false, -- somebody asked for a test message
  add column replay boolean not null default false, -- dead letters are to be sent again first
  add column lease text,
  add column lease_until timestamptz,
  add column delivered_at timestamptz,
  add column updated_at timestamptz not null default now();

-- A letter is one message; several of one range may share their last number.
alter table sink_dead_letter drop constraint sink_dead_letter_pkey;
alter table sink_dead_letter add column id bigint generated always as identity, add primary key (account, sink, id);

-- Which ticket at a sink stands for which group of findings.
create table sink_ticket (
  account bigint not null,
  sink bigint not null,
  key text collate "C" not null,
  ticket text not null,
  at timestamptz not null default now(),
  primary key (account, sink, key)
);
alter table sink_ticket enable row level security;
alter table sink_ticket force row level security;
create policy own on sink_ticket using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert, update, delete on sink_ticket to assay_worker;
grant select, delete on sink_ticket to assay_api;

-- Consumers read the events of one account from a transaction on: asking whether there are any must not cost what the others wrote.
drop index finding_event_tx;
create index finding_event_tx on finding_event (account, tx, seq);
drop index service_event_tx;
create index service_event_tx on service_event (account, tx, seq);
