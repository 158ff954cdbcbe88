-- A rule of a delegated administrator hides findings of many accounts: those it hides are found by the rule.
drop index finding_rule;
create index finding_rule on finding (rule, account, id) where rule is not null;
