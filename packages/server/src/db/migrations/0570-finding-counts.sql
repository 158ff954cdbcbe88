-- Open findings of a resource are counted from this index alone. What it carries changes only with columns that other indexes hold anyway,
-- so that no update becomes dearer.
create unique index finding_key_counted on finding (account, resource, issue, spot) include (status, severity);
drop index finding_key;
alter index finding_key_counted rename to finding_key;
