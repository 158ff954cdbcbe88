import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** A tar of a file system with these programs of this machine and the libraries they need; nothing else. */
export function rootOf(folder: string, ...programs: readonly string[]): string {
  const root = path.join(folder, 'small-root');
  const needed = programs.flatMap((program) => execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \()/g) ?? []);
  for (const file of new Set([...programs, ...needed])) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    copyFileSync(file, path.join(root, file));
  }
  const tar = path.join(folder, 'small-root.tar');
  execFileSync('tar', ['--create', '--file', tar, '--directory', root, '.']);
  return tar;
}
