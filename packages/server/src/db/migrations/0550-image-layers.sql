-- Which layers an image lies on, to tell what it was built on. Immutable: an image is named by its digest. Images looked at before this are
-- known once they are looked at again.
create table image_layer (
  account bigint not null,
  resource bigint not null,
  place smallint not null, -- 0 is the lowest
  layer text collate "C" not null, -- digest as `inventory.layers` names it
  chain bytea not null, -- 16 bytes of sha256 over all layers up to here
  whole boolean not null, -- the last one: images that have this chain further down were built on this image
  primary key (account, resource, place)
);
create index image_layer_chain on image_layer (chain, account);
alter table image_layer enable row level security;
alter table image_layer force row level security;
create policy own on image_layer using (account in
  (select unnest(string_to_array(nullif(current_setting('assay.accounts', true), ''), ',')::bigint[])));
grant select, insert, update, delete on image_layer to assay_worker;
grant select on image_layer to assay_api;
