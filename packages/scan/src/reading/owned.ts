import { below } from './root.ts';
import { isPlainPath } from './text.ts';

/**
 * Endings of files that never are the evidence of a language package. Whole folders are not left out: a `requirements.txt` below
 * /usr/share/doc belongs to its OS package and must be seen to.
 */
const NEVER_EVIDENCE: ReadonlySet<string> = new Set(
  (
    'py pyc pyo pyi h hh hpp c cc cpp html htm css js mjs cjs ts map svg png gif jpg jpeg ico webp gz bz2 xz md rst po mo pot ' +
    'pl pm al ix tcl vim el elc ttf otf woff woff2 pfb afm tfm sty cls ent dtd xsl rng x3d scm lua hs hi a o la pc cmake m4 ' +
    'service socket timer target conf rules desktop mount wants policy xpm pdf eps'
  ).split(' '),
);

/**
 * Whether a file that an OS package installed can be evidence of another package, so that ownership needs to know it. Leaves out about
 * four fifths of a distribution's files.
 */
export function canBeEvidence(path: string): boolean {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  if (dot > slash + 1 && NEVER_EVIDENCE.has(path.slice(dot + 1).toLowerCase())) return false;
  return isPlainPath(path);
}

/** Owned paths of one package as paths of the whole target. Links above them are resolved where ownership is decided. */
export function ownedPaths(root: string, paths: readonly string[]): readonly string[] {
  return root === '' ? paths : paths.map((path) => below(root, path));
}
