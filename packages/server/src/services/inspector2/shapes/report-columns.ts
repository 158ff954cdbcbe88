import type { CsvCell } from '@assay/formats/csv/write.ts';
import type { FindingView } from '../../../findings/view.ts';
import type { WireFinding } from './finding.ts';

export interface ReportRow {
  readonly finding: WireFinding;
  readonly view: FindingView;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `of`: what alone decides the cell, so that it is written once for all findings of it. */
type Column = readonly [title: string, cell: (row: ReportRow) => CsvCell, of?: 'issue' | 'resource'];
type Details = NonNullable<WireFinding['packageVulnerabilityDetails']>;
type Package = NonNullable<Details['vulnerablePackages']>[number];

const DAY = 86_400_000;
const details = (row: ReportRow): Details | undefined => row.finding.packageVulnerabilityDetails;
const resource = (row: ReportRow) => row.finding.resources?.[0];
const network = (row: ReportRow) => row.finding.networkReachabilityDetails;
const at = (date: Date | null | undefined): string => date?.toISOString() ?? '';
const list = (values: readonly (string | undefined)[] | undefined): string =>
  [...new Set(values ?? [])].filter((value) => value !== undefined && value !== '').join(', ');
const packages = (read: (one: Package) => string | undefined) => (row: ReportRow) => list(details(row)?.vulnerablePackages?.map(read));

function installed(one: Package): string {
  const epoch = one.epoch === undefined || one.epoch === 0 ? '' : `${one.epoch}:`;
  return `${epoch}${one.version}${one.release === undefined ? '' : `-${one.release}`}`;
}

/** A base score or its vector, by who gave it (NVD, or anybody else) and the major version of CVSS. */
function cvss(from: 'NVD' | 'vendor', version: '2' | '3', read: 'baseScore' | 'scoringVector') {
  return (row: ReportRow): CsvCell =>
    details(row)?.cvss?.find((one) => (one.source === 'NVD') === (from === 'NVD') && one.version?.startsWith(version))?.[read];
}

function ports(row: ReportRow): string {
  const range = network(row)?.openPortRange;
  if (range === undefined) return '';
  return range.begin === range.end ? `${range.begin}` : `${range.begin}-${range.end}`;
}

/** Amazon's columns in Amazon's order, then what Amazon's report does not say: where it runs. */
export const REPORT_COLUMNS: readonly Column[] = [
  ['AWS Account Id', ({ finding }) => finding.awsAccountId, 'resource'],
  ['Severity', ({ finding }) => finding.severity],
  ['Fix Available', ({ finding }) => finding.fixAvailable],
  ['Finding Type', ({ finding }) => finding.type],
  ['Title', ({ finding }) => finding.title, 'issue'],
  ['Description', ({ finding }) => finding.description, 'issue'],
  ['Finding ARN', ({ finding }) => finding.findingArn],
  ['First Seen', ({ finding }) => at(finding.firstObservedAt)],
  ['Last Seen', ({ finding }) => at(finding.lastObservedAt)],
  ['Last Updated', ({ finding }) => at(finding.updatedAt)],
  ['Resource ID', (row) => resource(row)?.id, 'resource'],
  ['Container Image Tags', ({ view }) => list(view.resource.imageTags), 'resource'],
  ['Region', ({ region }) => region, 'resource'],
  ['Platform', ({ view }) => view.resource.platform, 'resource'],
  ['Resource Tags', ({ view }) => list(Object.entries(view.resource.tags).map(([key, value]) => `${key}:${value}`)), 'resource'],
  ['Affected Packages', packages((one) => one.name)],
  ['Package Installed Version', packages(installed)],
  ['Fixed in Version', packages((one) => one.fixedInVersion)],
  ['Package Remediation', packages((one) => one.remediation)],
  ['File Path', packages((one) => one.filePath)],
  ['Network Paths', (row) => list(network(row)?.networkPath?.steps?.map((step) => step.componentId))],
  ['Age (Days)', ({ view, now }) => Math.max(0, Math.floor((now - view.firstAt.getTime()) / DAY))],
  ['Remediation', ({ finding }) => finding.remediation?.recommendation?.text],
  ['Inspector Score', ({ finding }) => finding.inspectorScore],
  ['Inspector Score Vector', ({ finding }) => finding.inspectorScoreDetails?.adjustedCvss?.scoringVector],
  ['Status', ({ finding }) => finding.status],
  ['Vulnerability Id', (row) => details(row)?.vulnerabilityId, 'issue'],
  ['Vendor', (row) => details(row)?.source, 'issue'],
  ['Vendor Severity', (row) => details(row)?.vendorSeverity, 'issue'],
  ['Vendor Advisory', (row) => details(row)?.sourceUrl, 'issue'],
  ['Vendor Advisory Published', (row) => at(details(row)?.vendorCreatedAt), 'issue'],
  ['NVD CVSS3 Score', cvss('NVD', '3', 'baseScore'), 'issue'],
  ['NVD CVSS3 Vector', cvss('NVD', '3', 'scoringVector'), 'issue'],
  ['NVD CVSS2 Score', cvss('NVD', '2', 'baseScore'), 'issue'],
  ['NVD CVSS2 Vector', cvss('NVD', '2', 'scoringVector'), 'issue'],
  ['Vendor CVSS3 Score', cvss('vendor', '3', 'baseScore'), 'issue'],
  ['Vendor CVSS3 Vector', cvss('vendor', '3', 'scoringVector'), 'issue'],
  ['Vendor CVSS2 Score', cvss('vendor', '2', 'baseScore'), 'issue'],
  ['Vendor CVSS2 Vector', cvss('vendor', '2', 'scoringVector'), 'issue'],
  ['Resource Type', (row) => resource(row)?.type, 'resource'],
  ['Ami', (row) => resource(row)?.details?.awsEc2Instance?.imageId, 'resource'],
  ['Resource Public Ipv4', () => '', 'resource'],
  ['Resource Private Ipv4', (row) => list(resource(row)?.details?.awsEc2Instance?.ipV4Addresses), 'resource'],
  ['Resource Ipv6', (row) => list(resource(row)?.details?.awsEc2Instance?.ipV6Addresses), 'resource'],
  ['Resource Vpc', (row) => resource(row)?.details?.awsEc2Instance?.vpcId, 'resource'],
  ['Port Range', ports],
  ['Epss Score', ({ finding }) => finding.epss?.score, 'issue'],
  ['Exploit Available', ({ finding }) => finding.exploitAvailable, 'issue'],
  ['Last Exploited At', ({ finding }) => at(finding.exploitabilityDetails?.lastKnownExploitAt), 'issue'],
  ['Lambda Layers', (row) => list(resource(row)?.details?.awsLambdaFunction?.layers), 'resource'],
  ['Lambda Package Type', (row) => resource(row)?.details?.awsLambdaFunction?.packageType, 'resource'],
  ['Lambda Last Updated At', (row) => at(resource(row)?.details?.awsLambdaFunction?.lastModifiedAt), 'resource'],
  ['Reference Urls', (row) => list(details(row)?.referenceUrls), 'issue'],
  ['Detector Name', ({ finding }) => finding.codeVulnerabilityDetails?.detectorName],
  ['Package Manager', packages((one) => one.packageManager)],
  ['In Use Count', ({ view }) => view.resource.inUseCount, 'resource'],
  ['Last In Use At', ({ view }) => at(view.resource.lastInUseAt), 'resource'],
];
