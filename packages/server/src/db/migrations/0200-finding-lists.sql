-- What ListFindings reads beyond the kernel: one index for every sort key, titles, and where in an inventory a package lies.
alter table issue add column title text collate "C" generated always as (doc->>'title') stored;
create index issue_title on issue (title, id);
create index issue_name on issue (name, id);
create index finding_id on finding (id);
create index finding_kind on finding (kind, id);
create index finding_detail on finding (account, id) where detail is not null;
create index resource_kind on resource (kind, id);
create index resource_arn on resource (arn, id);

-- Parallel to inventory.packages: the first place where each was seen. Shown and filtered (filePath, sourceLayerHash), never matched.
alter table inventory add column paths text[] not null default '{}', add column layers text[] not null default '{}';
grant select on inventory to assay_api;

-- Twins of core's versionParts: 1 deb, 2 apk, 3 rpm have an epoch and a release; other types have only a version.
create function package_epoch(type smallint, version text) returns float8 language sql immutable parallel safe as
  $$ select case when type in (1, 2, 3) then coalesce(substring(version from '^([0-9]{1,9}):')::float8, 0) else 0 end $$;
create function package_version(type smallint, version text) returns text language sql immutable parallel safe as
  $$ select case when type in (1, 2, 3) then regexp_replace(regexp_replace(version, '^[0-9]{1,9}:', ''), '-[^-]*$', '') else version end $$;
create function package_release(type smallint, version text) returns text language sql immutable parallel safe as
  $$ select case when type in (1, 2, 3) then substring(version from '-([^-]*)$') end $$;
