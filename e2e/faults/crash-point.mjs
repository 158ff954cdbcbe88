/**
 * Loaded before the program (`node --import`), so that the program itself knows nothing of it: watches the statements it sends to
 * PostgreSQL and kills, at the one that the parent process named, this process or PostgreSQL; writes the statement to a file first.
 *
 * The parent sends `{ kill: 'self' | PID, report: FILE, signal?, side: 'before' | 'after', statement?: source of a RegExp, after?: source of a RegExp that an
 * earlier statement of the same transaction matches, nth?: number }`; without `statement` any statement inside a transaction counts.
 */
import { writeFileSync } from 'node:fs';
import pg from 'pg';

let armed;
let passed = 0;
process.on('message', (message) => {
  if (message?.crash === undefined) return;
  const { crash } = message;
  const pattern = (source) => (source === undefined ? undefined : new RegExp(source, 's'));
  armed = { ...crash, statement: pattern(crash.statement), after: pattern(crash.after) };
  passed = 0;
  process.send({ armed: true });
});
process.channel?.unref();

const earlier = new WeakMap();
const send = pg.Client.prototype.query;

function isHere(text, before) {
  if (armed === undefined) return false;
  if (armed.statement === undefined ? before.length === 0 : !armed.statement.test(text)) return false;
  if (armed.after !== undefined && !before.some((one) => armed.after.test(one))) return false;
  passed += 1;
  return passed === (armed.nth ?? 1);
}

function strike(text) {
  const { kill, report, signal = 'SIGKILL' } = armed;
  armed = undefined;
  writeFileSync(report, text);
  process.kill(kill === 'self' ? process.pid : kill, signal);
}

pg.Client.prototype.query = function query(config, values, callback) {
  const text = (typeof config === 'string' ? config : (config?.text ?? '')).trim();
  const before = earlier.get(this) ?? [];
  const here = isHere(text, before);
  if (/^(commit|rollback)\b/i.test(text)) earlier.delete(this);
  else if (/^begin\b/i.test(text)) earlier.set(this, [text]);
  else if (before.length > 0) before.push(text);
  if (!here) return send.call(this, config, values, callback);
  if (armed.side === 'before') {
    strike(text);
    return send.call(this, config, values, callback);
  }
  if (typeof values === 'function') return send.call(this, config, struck(text, values));
  if (typeof callback === 'function') return send.call(this, config, values, struck(text, callback));
  return send.call(this, config, values).then((result) => {
    strike(text);
    return result;
  });
};

function struck(text, callback) {
  return (...answer) => {
    strike(text);
    callback(...answer);
  };
}
