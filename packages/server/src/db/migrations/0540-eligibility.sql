-- Which images stay monitored. frequency: core FREQUENCY_CODES, as the repository says; null: of no registry that is watched, which never lapses.
alter table resource add column frequency smallint;
-- The newest date that was known of an image when it lapsed; a newer one revives it.
alter table resource add column lapsed_with timestamptz;
create index resource_frequency on resource (account, id) where frequency = 1;

-- What the sweep of an account may do. It counts over a day, so that many small sweeps are no large one.
create table eligibility_sweep (
  account bigint primary key,
  swept_at timestamptz not null,
  counted_since timestamptz not null,
  lapsed int not null default 0, -- since then
  images int not null default 0, -- that were monitored at the last sweep
  held int not null default 0, -- would lapse, and wait for an operator
  held_at timestamptz,
  accepted int not null default 0, -- of those held, what an operator agreed to
  accepted_by text
);
alter table eligibility_sweep enable row level security;
alter table eligibility_sweep force row level security;
create policy own on eligibility_sweep using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert, update, delete on eligibility_sweep to assay_worker;
grant select, update on eligibility_sweep to assay_api;
