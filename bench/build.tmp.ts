import { estateSize } from './estate/build.ts';
import { startService } from './service.ts';

const s = await startService(process.argv[2]!, estateSize(Number(process.argv[3])));
console.log(s.buildSeconds, s.facts);
const r = await s.owner.query(
  "select relname, pg_size_pretty(pg_total_relation_size(oid)) from pg_class where relkind in ('r','i') and relnamespace='public'::regnamespace order by pg_total_relation_size(oid) desc limit 30",
);
console.log(r.rows.map((x: any) => Object.values(x).join(' ')).join('\n'));
await s.stop();
process.exit(0);
