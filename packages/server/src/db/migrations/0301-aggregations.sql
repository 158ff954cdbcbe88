-- Counting what is open reads this alone, in the order of finding_package's own key.
create index finding_open on finding (account, id) include (issue, severity, fix, kind) where status = 1;
