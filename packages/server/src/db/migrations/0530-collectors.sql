-- What the service watches itself is watched by one process at a time: whoever holds the lease, which ends by itself when that process dies.
alter table collector
  add column lease text,
  add column lease_until timestamptz,
  add column attempts int not null default 0, -- that failed, one after the other
  add column retry_at timestamptz; -- of one that failed
comment on column collector.cluster_uid is 'whoever pushes is bound to the cluster it reported first: PROVIDER/UID, of ECS the provider alone';
comment on column collector.config is 'the secret lies in `secret` as `collector/ID`';
