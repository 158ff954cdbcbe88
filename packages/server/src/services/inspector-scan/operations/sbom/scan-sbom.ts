import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import { writeCycloneDxAnswer } from '@assay/formats/inspector-scan/cyclonedx.ts';
import { writeInspectorAnswer } from '@assay/formats/inspector-scan/inspector.ts';
import { validationError } from '@assay/wire/errors.ts';
import type { ScanSbomInput, ScanSbomOutput } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { openRevision, requireCurrent } from '../../../../revisions/revisions.ts';
import { scanSbom as scan } from '../../../../sbom-scans/scan.ts';
import type { ServerContext } from '../../../context.ts';

/** Vulnerabilities of an SBOM that is sent along; nothing is stored. Without a format the answer is CycloneDX, as Amazon's. */
export async function scanSbom(input: ScanSbomInput, context: ServerContext): Promise<ScanSbomOutput> {
  const { sbom, outputFormat } = input;
  if (typeof sbom !== 'object' || sbom === null || Array.isArray(sbom)) {
    throw validationError('CANNOT_PARSE', 'sbom must be a CycloneDX document, as a JSON object');
  }
  const revision = await withAccounts(context.pool, [context.account], requireCurrent);
  const lookup = await openRevision(context.revisions, revision);
  try {
    const answer = await scan(sbom as Record<string, unknown>, {
      lookup,
      now: context.now(),
      serial: randomUUID(),
      signal: context.signal,
    });
    return {
      sbom: outputFormat === 'INSPECTOR' || outputFormat === 'INSPECTOR_ALT' ? writeInspectorAnswer(answer) : writeCycloneDxAnswer(answer),
    };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw validationError(error.code === 'sbom-unsupported' ? 'UNSUPPORTED_SBOM_TYPE' : 'OTHER', error.message);
  }
}
