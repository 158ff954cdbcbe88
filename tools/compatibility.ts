import { readFileSync } from 'node:fs';
import { DATE_FIELDS, NUMBER_FIELDS, STRING_FIELDS } from '@assay/core/filter/criteria.ts';
import { GROUPINGS } from '@assay/server/findings/aggregate/groupings.ts';
import { SORTS } from '@assay/server/findings/list/sorts.ts';
import { INSPECTOR_SCAN_OPERATIONS } from '@assay/server/services/inspector-scan/operations.ts';
import { INSPECTOR2_OPERATIONS } from '@assay/server/services/inspector2/operations.ts';
import { STS_OPERATIONS } from '@assay/server/services/sts/operations.ts';
import { loadModel } from '@assay/wire/load-model.ts';
import type { ServiceModel } from '@assay/wire/model.ts';
import { dateFields, numberFields, sortKeys, stringFields } from '../e2e/finding-fields.ts';

/** docs/compatibility.md and the block of the README, made from the models, the operations that are built and what the clients' tests found. */
type Results = Readonly<Record<string, Readonly<Record<string, string>>>>;

const BUILT = { inspector2: INSPECTOR2_OPERATIONS, 'inspector-scan': INSPECTOR_SCAN_OPERATIONS, sts: STS_OPERATIONS } as const;
const SERVICES = Object.keys(BUILT) as (keyof typeof BUILT)[];
/** In the order of the columns, as e2e/every-client.test.ts names them. */
const CLIENTS = ['JavaScript SDK', 'AWS CLI', 'boto3', 'AWS CLI v2 of Debian 12'];

export const README_BLOCK = /(<!-- compatibility -->\n).*?(<!-- \/compatibility -->)/s;

function results(): Results {
  return JSON.parse(readFileSync(new URL('../e2e/compatibility.json', import.meta.url), 'utf8')) as Results;
}

export async function compatibilityPage(): Promise<string> {
  const lines = [
    '# Compatibility',
    '',
    '<!-- Made by `node tools/write-compatibility.ts` from the models, the operations that are built and e2e/compatibility.json. -->',
    '',
    ...(await summaryLines()),
    '',
    'Every built operation is called through each client, unmodified, by the same list of recipes (`e2e/recipes.ts`), and the answer is looked at.',
    '“–”: the client is older than the operation, or (`ScanSbom` in JavaScript) has it in a package that the tests cannot install.',
    '',
  ];
  for (const service of SERVICES) lines.push(...operationLines(service, await loadModel(service)));
  return [...lines, ...(await criteriaLines()), ''].join('\n');
}

/** For the README, between its markers. */
export async function compatibilitySummary(): Promise<string> {
  return `${(await summaryLines()).join('\n')}\n`;
}

async function summaryLines(): Promise<string[]> {
  const found = results();
  const passes = (operation: string, client: string): boolean => found[client]?.[operation] === 'passes';
  const rows = await Promise.all(
    SERVICES.map(async (service) => {
      const built = Object.keys(BUILT[service]);
      const counts = CLIENTS.map((client) => built.filter((operation) => passes(operation, client)).length);
      return `| \`${service}\` | ${Object.keys((await loadModel(service)).operations).length} | ${built.length} | ${counts.join(' | ')} |`;
    }),
  );
  return [`| service | operations | built | ${CLIENTS.join(' | ')} |`, `|---|---|---|${CLIENTS.map(() => '---|').join('')}`, ...rows];
}

function operationLines(service: keyof typeof BUILT, model: ServiceModel): string[] {
  const found = results();
  const built = Object.keys(BUILT[service]).sort();
  const missing = Object.keys(model.operations).filter((operation) => !built.includes(operation));
  const rows = built.map((operation) => {
    const marks = CLIENTS.map((client) => (found[client]?.[operation] === 'passes' ? '✓' : '–'));
    return `| ${operation} | ${marks.join(' | ')} |`;
  });
  const rest = missing.length === 0 ? [] : ['', `Not built; each answers that at once: ${missing.join(', ')}.`];
  return [
    `## ${service}`,
    '',
    `| operation | ${CLIENTS.join(' | ')} |`,
    `|---|${CLIENTS.map(() => '---|').join('')}`,
    ...rows,
    ...rest,
    '',
  ];
}

async function criteriaLines(): Promise<string[]> {
  const { shapes } = await loadModel('inspector2');
  const fields = Object.keys(shapes['FilterCriteria']!.members ?? {});
  const plain = new Set<string>([...STRING_FIELDS, ...DATE_FIELDS, ...NUMBER_FIELDS]);
  const compared = new Set(Object.keys({ ...stringFields, ...numberFields, ...dateFields }));
  const sorts = shapes['SortField']!.enum ?? [];
  const sorted = new Set(Object.keys(sortKeys));
  const types = shapes['AggregationType']!.enum ?? [];
  const named = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const others = fields.filter((field) => !plain.has(field));
  return [
    '## Filters, sorts and aggregations of findings',
    '',
    `All ${fields.length} filter fields are accepted: ${fields.length - others.length} by a text, a number or a time, and ${named(others)} by their own forms.`,
    `Through the JavaScript SDK, compared with plain filtering of what it lists: ${named(fields.filter((field) => compared.has(field)))}.`,
    '',
    `Sort fields: ${sorts.filter((sort) => sort in SORTS).length} of ${sorts.length}; through the SDK, compared with sorted lists: ${named(sorts.filter((sort) => sorted.has(sort)))}.`,
    '',
    `Aggregation types: ${types.filter((type) => type in GROUPINGS).length} of ${types.length}: ${named(types.filter((type) => type in GROUPINGS))}.`,
  ];
}
