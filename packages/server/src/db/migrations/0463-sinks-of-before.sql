-- Webhooks that were made when sinks heard of findings only hear of the rest from now on, and their dead letters say what they are.
insert into progress (consumer, account, horizon, until, seq)
  select 'sink:' || id || ':service', account, pg_snapshot_xmin(pg_current_snapshot()), pg_snapshot_xmin(pg_current_snapshot()), 0 from sink
  on conflict do nothing;
update sink_dead_letter set body = body || '{"type": "finding", "region": "", "detail": null}' where not body ? 'type';
