-- Removes findings that closed before a moment, with their packages and history, at most so many; the resource of each is locked, as by everybody
-- who changes findings, and one that is being written is left for the next time. The owner's, since the history is append-only for everybody else.
create function forget_findings(before timestamptz, most int) returns int language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone int;
begin
  with old as (
    select f.account, f.id, f.resource from public.finding f where f.status = 3 and f.closed_at < before order by f.closed_at limit most
  ), held as (
    select r.account, r.id from public.resource r where (r.account, r.id) in (select account, resource from old)
    order by r.account, r.id for update skip locked
  ), forgotten as (
    delete from public.finding f using old o, held h
    where f.account = o.account and f.id = o.id and h.account = o.account and h.id = o.resource and f.status = 3 and f.closed_at < before
    returning f.account, f.id
  ), packages as (
    delete from public.finding_package p using forgotten g where p.account = g.account and p.finding = g.id
  ), events as (
    delete from public.finding_event e using forgotten g where e.account = g.account and e.finding = g.id
  )
  select count(*) into gone from forgotten;
  return gone;
end $$;
revoke all on function forget_findings(timestamptz, int) from public;
grant execute on function forget_findings(timestamptz, int) to assay_worker;
create index finding_closed on finding (closed_at) where status = 3;
