-- Counting by vulnerability reads its groups in order, and by resource it reads this alone; every column but the counted ones never changes.
drop index finding_open;
create index finding_open on finding (account, issue, id) include (resource, severity, fix, kind) where status = 1;
