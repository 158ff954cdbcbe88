-- Whoever changes whether a resource is looked at, and why not, tells it: a trigger, since scans, switches and collectors all write these columns.
-- Codes as in the columns; what reads the event names them. kind 1 is SERVICE_EVENT.COVERAGE.
create function tell_coverage() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into public.service_event (account, kind, actor, subject, body) values (new.account, 1, 'coverage', new.arn,
    jsonb_build_object('kind', new.kind, 'status', new.scan_status, 'reason', new.scan_reason, 'was', jsonb_build_array(old.scan_status, old.scan_reason)));
  return null;
end $$;
create trigger coverage after update of scan_status, scan_reason on resource for each row
  when ((old.scan_status, old.scan_reason) is distinct from (new.scan_status, new.scan_reason)) execute function tell_coverage();
