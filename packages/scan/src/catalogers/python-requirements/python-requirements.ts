import { normalizeName } from '@assay/core/namespace.ts';
import type { Cataloger, ExtractContext, FoundPackage, GapFact, WantedFile } from '../../cataloger.ts';
import { decodeText } from '../../reading/text.ts';
import { readRequirements } from './pins.ts';

/**
 * Python packages that a requirements file pins to one version (`==` and `===`; pip's requirements file format and the version specifiers
 * of packaging.python.org). Ranges name no version: they are left out and said; included files (`-r`) are read on their own where their name fits.
 */
export const pythonRequirements: Cataloger<FoundPackage> = {
  id: 'python-requirements',
  title: 'Python requirements files',
  formats: ['requirements*.txt, *-requirements.txt, requirements/*.txt (pip requirements file format), pins only'],
  version: 2,
  wants: {
    suffixes: ['-requirements.txt', '_requirements.txt'],
    within: [{ folder: '/requirements', suffix: '.txt' }],
    maxBytes: 8 * 1024 * 1024,
  },
  extract: extractRequirements,
};

function* extractRequirements(file: WantedFile, ctx: ExtractContext): Iterable<FoundPackage | GapFact> {
  if (!isRequirementsPath(file.path)) return;
  const seen = new Set<string>();
  const open: string[] = [];
  for (const pin of readRequirements(decodeText(file.bytes))) {
    if ('open' in pin) {
      open.push(pin.open);
      continue;
    }
    const name = normalizeName('pypi', pin.name);
    const key = `${name}\0${pin.version}`;
    if (seen.has(key)) continue;
    if (seen.size >= ctx.maxEntries) {
      yield { gap: { code: 'limit-reached', message: `The file pins more than ${ctx.maxEntries} packages.` } };
      return;
    }
    seen.add(key);
    yield { type: 'pypi', name, version: pin.version, paths: [file.path], packageManager: 'PIP', confidence: 'high' };
  }
  if (open.length > 0) yield { gap: { code: 'unsupported-package', message: openMessage(open) } };
}

function openMessage(open: readonly string[]): string {
  const names = open.slice(0, 3).join(', ');
  const many = open.length === 1 ? '1 requirement names' : `${open.length} requirements name`;
  return `${many} no exact version and could not be checked, such as ${names}; pin them, or scan where they are installed.`;
}

/** Files inside an installed package are its own development's and say nothing about what is installed here. */
function isRequirementsPath(path: string): boolean {
  const rooted = `/${path}`;
  if (/\/(?:site-packages|dist-packages|node_modules)\//.test(rooted)) return false;
  const parts = rooted.split('/');
  const name = parts[parts.length - 1] ?? '';
  return name.startsWith('requirements') || /[-_]requirements\.txt$/.test(name) || parts[parts.length - 2] === 'requirements';
}
