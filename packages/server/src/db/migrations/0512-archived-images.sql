alter table repo_manifest add column archived boolean not null default false; -- kept by the registry, but nobody can pull it
