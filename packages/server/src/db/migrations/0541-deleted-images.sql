-- When the registry no longer held an image that runs somewhere: it is kept until its last use is over.
alter table resource add column deleted_at timestamptz;
drop index resource_frequency;
create index resource_monitored on resource (account, id) where frequency is not null and gone_at is null;
