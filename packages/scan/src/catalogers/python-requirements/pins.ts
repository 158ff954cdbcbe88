import { detach, isPlainName, isPlainVersion } from '../../reading/text.ts';

export interface Pin {
  readonly name: string;
  readonly version: string;
}

const MAX_LINE = 8192;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*/;
const EXTRAS = /^\s*\[[^\]]*\]/;
const VERSION = /^[A-Za-z0-9!.+_-]+$/;

/**
 * Requirements of a requirements file, one line each after joining `\` continuations and cutting comments, options and markers: pins, and
 * the names of those that leave the version open.
 */
export function* readRequirements(text: string): Generator<Pin | { readonly open: string }> {
  for (const line of logicalLines(text)) {
    const requirement = readRequirement(line);
    if (requirement !== null) yield requirement;
  }
}

function* logicalLines(text: string): Generator<string> {
  let joined = '';
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + MAX_LINE)).trimEnd();
    start = end + 1;
    if (line.endsWith('\\') && joined.length < MAX_LINE) {
      joined += `${line.slice(0, -1)} `;
      continue;
    }
    yield joined + line;
    joined = '';
  }
  if (joined !== '') yield joined;
}

function readRequirement(line: string): Pin | { readonly open: string } | null {
  const requirement = cutComment(line).trim();
  if (requirement === '' || requirement.startsWith('-')) return null;
  const name = NAME.exec(requirement)?.[0].replace(/[._-]+$/, '');
  if (!isPlainName(name)) return null;
  const rest = requirement.slice(name.length).replace(EXTRAS, '');
  // Options of one requirement follow after space, markers after a semicolon.
  const specifiers = (rest.split(/;|\s--?[a-z]/, 1)[0] ?? '').replace(/^\s*\(|\)\s*$/g, '');
  for (const specifier of specifiers.split(',')) {
    const version = /^={2,3}/.test(specifier.trim())
      ? specifier
          .trim()
          .replace(/^={2,3}/, '')
          .trim()
      : '';
    if (isPlainVersion(version) && VERSION.test(version)) return { name: detach(name), version: detach(version) };
  }
  return { open: detach(name) };
}

function cutComment(line: string): string {
  if (line.trimStart().startsWith('#')) return '';
  const at = line.search(/\s#/);
  return at < 0 ? line : line.slice(0, at);
}
