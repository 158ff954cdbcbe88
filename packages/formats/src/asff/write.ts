/** A finding in the shape of Inspector's API, with ISO times, as far as it is read here. */
export interface InspectorFinding {
  readonly findingArn: string;
  readonly title: string;
  readonly description: string;
  readonly severity: string;
  readonly status: string;
  readonly firstObservedAt: string;
  readonly lastObservedAt: string;
  readonly updatedAt: string;
  readonly inspectorScore?: number;
  readonly fixAvailable?: string;
  readonly exploitAvailable?: string;
  readonly remediation?: { readonly recommendation?: { readonly text?: string; readonly Url?: string } };
  readonly epss?: { readonly score?: number };
  readonly resources: readonly InspectorResource[];
  readonly packageVulnerabilityDetails?: PackageDetails;
}

interface InspectorResource {
  readonly type: string;
  readonly id: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly details?: {
    readonly awsEcrContainerImage?: {
      readonly repositoryName?: string;
      readonly imageHash?: string;
      readonly registry?: string;
      readonly imageTags?: readonly string[];
      readonly architecture?: string;
      readonly pushedAt?: string;
    };
  };
}

interface PackageDetails {
  readonly vulnerabilityId: string;
  readonly source?: string;
  readonly sourceUrl?: string;
  readonly vendorSeverity?: string;
  readonly vendorCreatedAt?: string;
  readonly vendorUpdatedAt?: string;
  readonly referenceUrls?: readonly string[];
  readonly relatedVulnerabilities?: readonly string[];
  readonly cvss?: readonly {
    readonly baseScore: number;
    readonly scoringVector: string;
    readonly version: string;
    readonly source: string;
  }[];
  readonly vulnerablePackages?: readonly {
    readonly name: string;
    readonly version: string;
    readonly epoch?: number;
    readonly release?: string;
    readonly arch?: string;
    readonly packageManager?: string;
    readonly filePath?: string;
    readonly fixedInVersion?: string;
    readonly remediation?: string;
  }[];
}

/** Whose finding it becomes in Security Hub. */
export interface AsffOwner {
  readonly awsAccountId: string;
  readonly region: string;
  readonly productArn: string;
}

const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  AWS_ECR_CONTAINER_IMAGE: 'AwsEcrContainerImage',
  AWS_EC2_INSTANCE: 'AwsEc2Instance',
  AWS_LAMBDA_FUNCTION: 'AwsLambdaFunction',
};
const NORMALIZED: Readonly<Record<string, number>> = { INFORMATIONAL: 0, LOW: 1, MEDIUM: 40, HIGH: 70, CRITICAL: 90 };
/** Of the lists that ASFF bounds. */
const MOST_PACKAGES = 100;
const MOST_URLS = 10;
const MOST_TAGS = 50;

/** The AWS Security Finding Format (schema 2018-10-08), as Inspector fills it. What is closed or suppressed is archived. */
export function writeAsff(finding: InspectorFinding, owner: AsffOwner): Record<string, unknown> {
  const { recommendation } = finding.remediation ?? {};
  const types = ['Software and Configuration Checks/Vulnerabilities/CVE'];
  const label = Object.hasOwn(NORMALIZED, finding.severity) ? finding.severity : 'INFORMATIONAL';
  const severity = { Label: label, Normalized: NORMALIZED[label] };
  return {
    SchemaVersion: '2018-10-08',
    Id: finding.findingArn,
    ProductArn: owner.productArn,
    GeneratorId: 'AWSInspector',
    AwsAccountId: owner.awsAccountId,
    Region: owner.region,
    Types: types,
    FirstObservedAt: finding.firstObservedAt,
    LastObservedAt: finding.lastObservedAt,
    CreatedAt: finding.firstObservedAt,
    UpdatedAt: finding.updatedAt,
    Severity: severity,
    FindingProviderFields: { Severity: { Label: label, Original: finding.severity }, Types: types },
    Title: cut(finding.title, 256),
    Description: cut(finding.description, 1024),
    ...(recommendation?.text === undefined ? {} : { Remediation: { Recommendation: { Text: cut(recommendation.text, 512) } } }),
    ProductFields: productFields(finding),
    Resources: finding.resources.slice(0, 32).map((resource) => resourceOf(resource, owner)),
    ...(finding.packageVulnerabilityDetails === undefined
      ? {}
      : { Vulnerabilities: [vulnerabilityOf(finding, finding.packageVulnerabilityDetails)] }),
    RecordState: finding.status === 'ACTIVE' ? 'ACTIVE' : 'ARCHIVED',
  };
}

function productFields(finding: InspectorFinding): Record<string, string> {
  return {
    'aws/inspector/ProductVersion': '2',
    'aws/inspector/FindingStatus': finding.status,
    ...(finding.inspectorScore === undefined ? {} : { 'aws/inspector/inspectorScore': String(finding.inspectorScore) }),
  };
}

function resourceOf(resource: InspectorResource, owner: AsffOwner): Record<string, unknown> {
  const image = resource.details?.awsEcrContainerImage;
  const tags = Object.entries(resource.tags ?? {}).slice(0, MOST_TAGS);
  return {
    Type: RESOURCE_TYPES[resource.type] ?? 'Other',
    Id: cut(resource.id, 512),
    Partition: 'aws',
    Region: owner.region,
    ...(tags.length === 0 ? {} : { Tags: Object.fromEntries(tags) }),
    ...(image === undefined
      ? {}
      : {
          Details: {
            AwsEcrContainerImage: without({
              RegistryId: image.registry,
              RepositoryName: image.repositoryName,
              Architecture: image.architecture,
              ImageDigest: image.imageHash,
              ImageTags: image.imageTags,
              ImagePublishedAt: image.pushedAt,
            }),
          },
        }),
  };
}

function vulnerabilityOf(finding: InspectorFinding, details: PackageDetails): Record<string, unknown> {
  return without({
    Id: details.vulnerabilityId,
    VulnerablePackages: (details.vulnerablePackages ?? []).slice(0, MOST_PACKAGES).map((p) =>
      without({
        ...{ Name: p.name, Version: p.version, Epoch: p.epoch === undefined ? undefined : String(p.epoch), Release: p.release },
        ...{ Architecture: p.arch, PackageManager: p.packageManager, FilePath: p.filePath },
        ...{ FixedInVersion: p.fixedInVersion, Remediation: p.remediation },
      }),
    ),
    Cvss: (details.cvss ?? []).map((c) => ({ BaseScore: c.baseScore, BaseVector: c.scoringVector, Version: c.version, Source: c.source })),
    RelatedVulnerabilities: details.relatedVulnerabilities,
    Vendor: without({
      Name: details.source ?? 'unknown',
      Url: details.sourceUrl,
      VendorSeverity: details.vendorSeverity,
      VendorCreatedAt: details.vendorCreatedAt,
      VendorUpdatedAt: details.vendorUpdatedAt,
    }),
    ReferenceUrls: (details.referenceUrls ?? []).slice(0, MOST_URLS),
    FixAvailable: finding.fixAvailable,
    ExploitAvailable: finding.exploitAvailable,
    EpssScore: finding.epss?.score,
  });
}

function without(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
