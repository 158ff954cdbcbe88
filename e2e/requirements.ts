import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { testDataFolder } from '@assay/testkit/test-data.ts';

const strict = process.env['ASSAY_TEST_STRICT'] === '1';

/**
 * True when `there`. Otherwise prints why the tests behind it are left out, and with ASSAY_TEST_STRICT=1 fails the whole file instead:
 * where everything was installed, nothing may be skipped in silence.
 */
export function has(what: string, there: boolean, howToGet: string): boolean {
  if (there) return true;
  const reason = `${what} is not here: ${howToGet}`;
  if (strict) throw new Error(reason);
  console.log(`skipped: ${reason}`);
  return false;
}

/** First of the programs that answers, or undefined. */
export function working(programs: readonly string[], args: readonly string[]): string | undefined {
  return programs.find((program) => {
    try {
      execFileSync(program, args, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

export function hasPrograms(...names: readonly string[]): boolean {
  return names.every((name) => has(name, working(['/usr/bin/which'], [name]) !== undefined, `apt-get install the package of ${name}`));
}

export function hasData(name: string): boolean {
  return has(`${name}.tar.gz`, existsSync(`${testDataFolder()}/${name}.tar.gz`), `set ASSAY_TEST_DATA (now ${testDataFolder()})`);
}
