-- What EPSS said of the issues we know, for about forty days: the change over 7 and 30 days stands for the trend. A day is kept only where
-- the score moved by a thousandth since the last one kept.
create table epss_day (
  issue int not null,
  day date not null,
  epss real not null,
  primary key (issue, day)
);
grant select on epss_day to assay_api;
grant select, insert, update, delete on epss_day to assay_worker;
