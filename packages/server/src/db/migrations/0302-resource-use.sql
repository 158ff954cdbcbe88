-- Images by when they last ran.
create index resource_last_use on resource (last_in_use_at, id) where last_in_use_at is not null;
