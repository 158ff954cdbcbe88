-- How many findings there were at the end of a day (UTC), and how many came and went on it. Made from finding and finding_event, and kept so
-- that a year is not worked out for each reader.
create table finding_day (
  account bigint not null,
  day date not null,
  severity smallint not null,
  active int not null,
  suppressed int not null,
  opened int not null,
  closed int not null,
  primary key (account, day, severity)
);
alter table finding_day enable row level security;
alter table finding_day force row level security;
create policy own on finding_day using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select on finding_day to assay_api;
grant select, insert, update, delete on finding_day to assay_worker;

-- The last day that finding_day holds, of all accounts.
create table finding_day_until (single boolean primary key default true check (single), day date not null);
grant select on finding_day_until to assay_api;
grant select, insert, update, delete on finding_day_until to assay_worker;

-- Events are appended in the order of time, so a few kilobytes are index enough.
create index finding_event_at on finding_event using brin (at);
