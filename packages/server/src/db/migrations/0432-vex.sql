-- Rules that a VEX document made: a later version of the document replaces them.
alter table filter add column vex text collate "C", add column vex_issued_at timestamptz,
  -- Hides a finding only if it names each of its packages: who vouches for one package has not vouched for the others.
  add column every_package boolean not null default false;
create index filter_vex on filter (account, vex) where vex is not null;
