import type { Client } from '../../api/client.ts';

const PAGE = 1000;
/** What the browser's memory holds without trouble; the command line takes the rest. */
const MOST = 50_000;

/** The records in the form of CloudTrail's log files, newest first, all pages in one. `complete` is false when there were more. */
export async function cloudTrailFile(client: Client, criteria: unknown): Promise<{ text: string; complete: boolean }> {
  const records: unknown[] = [];
  let nextToken: string | undefined;
  do {
    const body = { criteria, maxResults: PAGE, ...(nextToken === undefined ? {} : { nextToken }) };
    const page: { Records: unknown[]; nextToken?: string } = await client.ask('assay', '/assay/audit/export', body);
    records.push(...page.Records);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && records.length < MOST);
  return { text: JSON.stringify({ Records: records }), complete: nextToken === undefined };
}

/** Gives a file to the person, made in the browser. */
export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
