import type { Inspector2Handlers } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../context.ts';
import { batchGetAccountStatus } from './operations/account/batch-get-account-status.ts';
import { disable } from './operations/account/disable.ts';
import { enable } from './operations/account/enable.ts';
import { getConfiguration } from './operations/configuration/get-configuration.ts';
import { listCoverage } from './operations/coverage/list-coverage.ts';
import { listCoverageStatistics } from './operations/coverage/list-coverage-statistics.ts';
import { batchGetFindingDetails } from './operations/findings/batch-get-finding-details.ts';
import { listFindingAggregations } from './operations/findings/list-finding-aggregations.ts';
import { listFindings } from './operations/findings/list-findings.ts';

/** Every operation of inspector2 that is built; the model's others answer `NAME is not built yet`. */
export const INSPECTOR2_OPERATIONS: Inspector2Handlers<ServerContext> = {
  BatchGetAccountStatus: batchGetAccountStatus,
  BatchGetFindingDetails: batchGetFindingDetails,
  Disable: disable,
  Enable: enable,
  GetConfiguration: getConfiguration,
  ListCoverage: listCoverage,
  ListCoverageStatistics: listCoverageStatistics,
  ListFindingAggregations: listFindingAggregations,
  ListFindings: listFindings,
};
