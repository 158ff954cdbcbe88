-- The same cluster, watched by two accounts of one circle, is one: the account whose figures count in place of this one's; null: its own do.
alter table cluster add column counted_by bigint;
create index cluster_uid on cluster (uid, provider) where gone_at is null;
