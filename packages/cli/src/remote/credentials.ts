import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Cli } from '../command.ts';

export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The keys of the caller, found as the AWS CLI finds them (what is named on the command line, environment variables, a section of a file),
 * and at last those that the service left in the data directory. AssayError `credentials`.
 */
export function readKey(given: Arguments, { environment, cwd }: Cli): Key {
  const { aws } = environment;
  const named = given.value('credentials');
  const asked = given.value('profile');
  if (named === undefined && asked === undefined && aws.accessKeyId !== undefined && aws.secretAccessKey !== undefined) {
    return { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey };
  }
  const profile = asked ?? aws.profile;
  const usual = profile === undefined ? `${environment.dataDir}/credentials` : aws.usualFile;
  const file = named === undefined ? (aws.credentialsFile ?? usual) : resolve(cwd, named);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssayError('credentials', `${file} cannot be read; name the service's credentials file with --credentials.`, { cause });
  }
  const key = keyOf(text, profile ?? 'default');
  if (key === undefined) throw new AssayError('credentials', `${file} holds no access key in the section [${profile ?? 'default'}].`);
  return key;
}

/** The key in a section of an AWS credentials file. */
export function keyOf(text: string, profile: string): Key | undefined {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    const words = line.trim();
    if (words.startsWith('[') && words.endsWith(']')) section = words.slice(1, -1).trim();
    const equals = words.indexOf('=');
    if (section === profile && equals > 0) values.set(words.slice(0, equals).trim(), words.slice(equals + 1).trim());
  }
  const accessKeyId = values.get('aws_access_key_id') ?? '';
  const secretAccessKey = values.get('aws_secret_access_key') ?? '';
  return accessKeyId === '' || secretAccessKey === '' ? undefined : { accessKeyId, secretAccessKey };
}
