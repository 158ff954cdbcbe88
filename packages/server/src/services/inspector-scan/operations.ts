import type { InspectorScanHandlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { scanSbom } from './operations/sbom/scan-sbom.ts';

/** What Amazon's CI plugins call. */
export const INSPECTOR_SCAN_OPERATIONS: InspectorScanHandlers<ServerContext> = { ScanSbom: scanSbom };
