-- Repositories one after another, each once, and the images of one.
create index resource_repositories on resource (account, repository, registry) where repository is not null and gone_at is null;
create index repo_manifest_newest on repo_manifest (account, registry, repository, coalesce(pushed_at, first_seen) desc, digest desc);
create index repo_tag_newest on repo_tag (account, registry, repository, since desc, tag desc);
