-- A filter with action SUPPRESS hides findings while it is in force: approved where the account wants that, and not expired.
-- `applied` is false while findings still have to follow a change of the rule; a removed rule stays until they have.
alter table filter
  add column description text,
  add column in_force boolean not null default false,
  add column approved_by text, -- null: nobody yet
  add column removed boolean not null default false;
alter table filter drop constraint filter_account_name_key;
create unique index filter_name on filter (account, name) where not removed;
create index filter_unsettled on filter (account) where not applied;
create index finding_rule on finding (account, rule) where rule is not null;
