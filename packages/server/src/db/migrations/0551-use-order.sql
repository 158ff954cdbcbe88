-- Lists by how much runs walk all resources, those that do not run among them.
create index resource_in_use on resource (in_use_count, id);
drop index resource_use;
