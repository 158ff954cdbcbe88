import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { working } from './requirements.ts';

/** Amazon's command line and boto3 as Python packages: those of the machine when they are new enough, else in an environment of our own. */
export interface PythonClients {
  readonly aws: string;
  readonly python: string;
}

const NEW_BOTO3 = 'import boto3; assert tuple(int(n) for n in boto3.__version__.split(".")[:2]) >= (1, 43)';

export function pythonClients(folder: string): PythonClients | undefined {
  const here = { aws: 'aws', python: 'python3' };
  if (areNew(here)) return here;
  const own = path.join(folder, 'python');
  const made = { aws: path.join(own, 'bin/aws'), python: path.join(own, 'bin/python3') };
  try {
    execFileSync('/usr/bin/python3', ['-m', 'venv', own], { stdio: 'ignore' });
    execFileSync(path.join(own, 'bin/pip'), ['install', '--quiet', 'awscli>=1.45', 'boto3>=1.43'], { stdio: 'ignore', timeout: 300_000 });
  } catch {
    return undefined;
  }
  return areNew(made) ? made : undefined;
}

function areNew({ aws, python }: PythonClients): boolean {
  if (working([python], ['-c', NEW_BOTO3]) === undefined || working([aws], ['--version']) === undefined) return false;
  const [, minor = '0'] = /^aws-cli\/1\.(\d+)/.exec(execFileSync(aws, ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(minor) >= 45;
}

/** Debian's AWS CLI v2, years older than the API. */
export function oldCli(): string | undefined {
  const aws = working(['/usr/bin/aws'], ['--version']);
  return aws !== undefined && execFileSync(aws, ['--version'], { encoding: 'utf8' }).startsWith('aws-cli/2.') ? aws : undefined;
}
