import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Cataloger } from '../../cataloger.ts';
import { runReader } from '../reader-process.ts';

/** A cataloger that does what the content of its file says: what a hostile file could make a broken parser do. */
const unruly: Cataloger<string> = {
  id: 'unruly',
  version: 1,
  wants: { basenames: ['order'], maxBytes: 1000 },
  *extract(file) {
    const order = file.bytes.toString();
    if (order === 'die') process.kill(process.pid, 'SIGKILL');
    if (order === 'hang') for (;;);
    if (order === 'throw') throw new Error('a bug\nin two lines');
    if (order === 'memory') {
      const kept: Buffer[] = [];
      for (let i = 0; i < 4096; i++) kept.push(Buffer.alloc(1 << 20, i));
      yield String(kept.length);
    }
    if (order === 'read') yield readFileSync('/etc/hostname', 'utf8');
    if (order === 'spawn') yield String(process.getBuiltinModule('node:child_process').execFileSync('/bin/true'));
    if (order === 'environment') yield JSON.stringify(process.env);
    if (order === 'network') yield String(connect(1, '127.0.0.1').on('error', () => {}).connecting);
    yield order;
  },
};

await runReader([unruly as Cataloger]);
