-- A backup is read by the worker role: it sees the rows of all accounts, and tables and sequences of later migrations as well.
grant select on all tables in schema public to assay_worker;
grant select on all sequences in schema public to assay_worker;
alter default privileges in schema public grant select on tables to assay_worker;
alter default privileges in schema public grant select on sequences to assay_worker;
