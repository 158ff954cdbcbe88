import path from 'node:path';
import { pythonEnvironment } from './python-environment.ts';
import { working } from './requirements.ts';

const NEW = `import awscli, boto3
assert tuple(int(n) for n in boto3.__version__.split(".")[:2]) >= (1, 43)
assert (1, 45) <= tuple(int(n) for n in awscli.__version__.split(".")[:2]) < (2,)`;

/** A Python that has Amazon's command line and boto3: the machine's where they are new enough, else an environment of our own. */
export function pythonWithClients(): string | undefined {
  const here = working(['python3'], ['-c', NEW]);
  if (here !== undefined) return here;
  const programs = pythonEnvironment(['awscli>=1.45', 'boto3>=1.43']);
  return programs === undefined ? undefined : working([path.join(programs, 'python3')], ['-c', NEW]);
}

/** Debian's Python, where it has Debian's AWS CLI v2, years older than the API. */
export function pythonWithOldClient(): string | undefined {
  return working(['/usr/bin/python3'], ['-c', 'import awscli; assert awscli.__version__.startswith("2.")']);
}
