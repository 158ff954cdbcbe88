import { FINDING_KIND, FINDING_STATUS } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import type { EstateSize } from './build.ts';
import type { Dictionary } from './content.ts';
import { Loader } from './copy.ts';
import type { Random } from './random.ts';
import { DAY, NOW, timestamp } from './time.ts';

const FINDING_COLUMNS = [
  ...['account', 'id', 'resource', 'issue', 'kind', 'status', 'severity', 'fix', 'score', 'first_at', 'last_at', 'updated_at', 'closed_at'],
];
const PACKAGE_COLUMNS = ['account', 'finding', 'package', 'resource', 'fixed', 'advisory', 'reason', 'severity', 'score'];

export function findingLoaders(client: pg.ClientBase): { readonly finding: Loader; readonly findingPackage: Loader } {
  return {
    finding: new Loader(client, 'finding', FINDING_COLUMNS),
    findingPackage: new Loader(client, 'finding_package', PACKAGE_COLUMNS),
  };
}

/** Findings of each image: few on most, many on some, exactly the wanted number together. */
export function findingCounts(size: EstateSize, random: Random): Int32Array {
  const mean = size.findings / size.images;
  const most = mean * 10;
  const counts = Int32Array.from({ length: size.images }, () => Math.min(most, Math.floor(-mean * Math.log(1 - random.next()))));
  let missing = size.findings - counts.reduce((sum, one) => sum + one, 0);
  while (missing !== 0) {
    const at = random.below(counts.length);
    const step = missing > 0 ? 1 : -1;
    if ((counts[at] ?? 0) + step < 0) continue;
    counts[at] = (counts[at] ?? 0) + step;
    missing -= step;
  }
  return counts;
}

interface Row {
  readonly open: boolean;
  readonly finding: (string | number | null)[];
  readonly packages: (string | number | null)[][];
}

interface Asked {
  readonly image: { readonly id: number; readonly account: number; readonly packages: readonly number[] };
  readonly count: number;
  /** Ids continue after this. */
  readonly after: number;
}

/** Issues of packages that the image really holds, each with every version of the package that is in it. */
export function* findingsOf({ image, count, after }: Asked, from: { dictionary: Dictionary; random: Random }): Generator<Row> {
  const { dictionary, random } = from;
  const candidates = new Map<number, number[]>();
  for (const one of image.packages) {
    for (const issue of dictionary.issuesOf(one)) {
      const held = candidates.get(issue);
      if (held === undefined) candidates.set(issue, [one]);
      else held.push(one);
    }
  }
  const issues = [...candidates.keys()];
  for (let n = 0; n < count && issues.length > 0; n++) {
    const at = random.below(issues.length);
    const issue = issues[at] as number;
    issues[at] = issues.at(-1) as number;
    issues.pop();
    yield makeRow({ image, id: after + n + 1, issue, packages: candidates.get(issue) ?? [] }, from);
  }
}

interface OneFinding {
  readonly image: Asked['image'];
  readonly id: number;
  readonly issue: number;
  readonly packages: readonly number[];
}

const SCORES: Readonly<Record<number, readonly [number, number]>> = {
  [SEVERITY_CODES.CRITICAL]: [9, 10],
  [SEVERITY_CODES.HIGH]: [7, 8.9],
  [SEVERITY_CODES.MEDIUM]: [4, 6.9],
  [SEVERITY_CODES.LOW]: [0.1, 3.9],
};

/** Half of all are closed or suppressed. */
function makeRow({ image, id, issue, packages }: OneFinding, { dictionary, random }: { dictionary: Dictionary; random: Random }): Row {
  const severity = dictionary.issues[issue - 1]?.severity ?? SEVERITY_CODES.UNTRIAGED;
  const range = SCORES[severity];
  const score = range === undefined ? -1 : Math.round((range[0] + random.next() * (range[1] - range[0])) * 10) / 10;
  const draw = random.next();
  const status = draw < 0.5 ? FINDING_STATUS.ACTIVE : draw < 0.65 ? FINDING_STATUS.SUPPRESSED : FINDING_STATUS.CLOSED;
  const first = NOW - random.below(700 * DAY);
  const last = Math.min(NOW, first + random.below(60 * DAY));
  const fix = random.below(3);
  const at = timestamp(last);
  const kind = FINDING_KIND.PACKAGE_VULNERABILITY;
  const closed = status === FINDING_STATUS.CLOSED ? at : null;
  return {
    open: status === FINDING_STATUS.ACTIVE,
    finding: [image.account, id, image.id, issue, kind, status, severity, fix, score, timestamp(first), at, at, closed],
    packages: packages.map((one) => [image.account, id, one, image.id, fix === 0 ? null : '9.9.9', `SYN-${issue}`, 1, severity, score]),
  };
}
