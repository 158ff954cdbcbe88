import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { Client } from './client.ts';
import type { FilterCriteria } from './types.ts';

export type ExportKind = Export['kind'];
export type Export = Wire<assay.Export>;
export interface ExportWish {
  reportFormat: string;
  s3Destination: { bucketName: string; keyPrefix?: string; kmsKeyArn: string };
  filterCriteria?: FilterCriteria;
}

const WORKING_POLL = 2_000;

export function useExports(input: { maxResults: number; nextToken?: string }) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['exports', input],
    queryFn: ({ signal }) => client.ask<{ exports: Export[]; nextToken?: string }>('assay', '/assay/exports/list', input, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.exports.some((one) => one.status === 'IN_PROGRESS') === true ? WORKING_POLL : false),
  });
}

/** What a person can do with reports and SBOM exports. */
export function exportChanges(client: Client) {
  const paths: Record<ExportKind, string> = { FINDINGS_REPORT: '/reporting', SBOM_EXPORT: '/sbomexport' };
  return {
    create: (kind: ExportKind, wish: ExportWish) => client.ask<{ reportId: string }>('inspector2', `${paths[kind]}/create`, wish),
    cancel: ({ kind, reportId }: Export) => client.ask('inspector2', `${paths[kind]}/cancel`, { reportId }),
    createKey: () => client.ask<{ keyArn: string }>('assay', '/assay/keys/create', {}),
    /** The whole file, piece by piece; `told` hears how many bytes have come. */
    async download(reportId: string, resourceId: string | undefined, told: (bytes: number) => void) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let bytes = 0;
      let nextToken: string | undefined;
      let fileName = '';
      do {
        const question = {
          reportId,
          ...(resourceId === undefined ? {} : { resourceId }),
          ...(nextToken === undefined ? {} : { nextToken }),
        };
        const piece: Piece = await client.ask<Piece>('assay', '/assay/exports/download', question);
        const part = Uint8Array.from(atob(piece.content), (character) => character.charCodeAt(0));
        parts.push(part);
        bytes += part.length;
        told(bytes);
        ({ fileName, nextToken } = piece);
      } while (nextToken !== undefined);
      return { fileName, parts };
    },
  };
}

type Piece = Wire<assay.DownloadExportResponse>;
