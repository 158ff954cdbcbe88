-- When what is stored of a resource was seen. A submission that was made earlier and gets its turn later does not overwrite it.
alter table resource add column observed_at timestamptz;
