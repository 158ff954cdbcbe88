-- What a score starts from: who gave which vector (core ScoreBasis). A few thousand rows serve all findings, so that a finding can show
-- its vector, and a change of exposure is one join. Insert-only; the version of the formula is part of the key.
create table score_basis (
  id int generated always as identity primary key,
  key text collate "C" not null unique, -- canonical JSON of formula version and basis
  basis jsonb not null,
  severities smallint[] not null, -- place 1 + 2 × resource.exposure + (1 when the issue is weaponised)
  scores real[] not null -- the same places; -1 where there is no vector
);
grant select on score_basis to assay_api;
grant select, insert on score_basis to assay_worker;

alter table finding_package add column basis int not null default 0; -- score_basis.id; 0 before there was one
alter table issue add column weaponised boolean not null default false; -- attacks were seen, or an attack framework has a module
