import type http from 'node:http';
import { type Blob, descriptorOf } from './image-builder.ts';

/** Of `repository:tag`. */
export function repositoriesOf(tags: ReadonlyMap<string, Blob>): readonly string[] {
  return [...new Set([...tags.keys()].map((name) => name.slice(0, name.lastIndexOf(':'))))].sort();
}

export function tagsOf(tags: ReadonlyMap<string, Blob>, repository: string): readonly string[] {
  return [...tags.keys()]
    .filter((name) => name.startsWith(`${repository}:`))
    .map((name) => name.slice(repository.length + 1))
    .sort();
}

/** Descriptors of the manifests that name a digest as their subject. */
export function referrersOf(blobs: readonly Blob[], digest: string): readonly object[] {
  return blobs.flatMap((blob) => {
    if (!blob.mediaType.includes('manifest')) return [];
    const { subject, artifactType } = JSON.parse(blob.bytes.toString('utf8')) as { subject?: { digest: string }; artifactType?: string };
    return subject?.digest === digest
      ? [{ ...descriptorOf(blob, blob.bytes.length), ...(artifactType !== undefined && { artifactType }) }]
      : [];
  });
}

interface ListPage {
  readonly member: string;
  readonly entries: readonly unknown[];
  readonly page: number;
}

/** A page of a list as distribution sends it, with a Link to the next one. */
export function sendList(response: http.ServerResponse, url: URL, { member, entries, page }: ListPage): void {
  const asked = Number(url.searchParams.get('n') ?? page);
  if (asked > page) return void response.writeHead(400).end('{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}');
  const last = url.searchParams.get('last');
  const from = last === null ? 0 : entries.indexOf(last) + 1;
  const some = entries.slice(from, from + asked);
  const next = `${url.pathname}?last=${encodeURIComponent(String(some.at(-1)))}&n=${asked}`;
  const link = from + asked < entries.length ? { link: `<${next}>; rel="next"` } : {};
  response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify({ [member]: some }));
}
