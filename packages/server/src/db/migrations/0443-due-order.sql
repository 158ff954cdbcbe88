-- Closed dates are listed by date as well, so both halves have the same order.
drop index finding_due_closed;
create index finding_due_closed on finding_due (due_at, finding) where closed_at is not null;
