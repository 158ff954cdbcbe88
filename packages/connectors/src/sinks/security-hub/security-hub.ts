import { type InspectorFinding, writeAsff } from '@assay/formats/asff/write.ts';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { AWS_CONFIG, AWS_SECRET, sdkSettings } from '../../aws.ts';
import { matching } from '../../config.ts';
import type { SinkMessage } from '../../message.ts';
import type { Sink, SinkConfig } from '../../sink.ts';

/** Of BatchImportFindings. */
const MOST_FINDINGS = 100;

/** Findings as ASFF. Security Hub keeps one record per finding, so only the latest state of each is sent. */
export const securityHub: Sink = {
  id: 'security-hub',
  config: {
    ...AWS_CONFIG,
    awsAccountId: { about: 'the AWS account of the hub', required: true, check: matching(/^\d{12}$/, '12 digits') },
    productArn: {
      about: "the product the findings are of, default the account's own",
      check: matching(
        /^arn:aws[a-z-]*:securityhub:[a-z0-9-]*:\d*:product\/[^\s/]+\/[^\s/]+$/,
        'an ARN like arn:aws:securityhub:…:product/…/…',
      ),
    },
  },
  secret: AWS_SECRET,
  modes: ['EACH'],
  async deliver(config, batch, ctx) {
    const { SecurityHubClient, BatchImportFindingsCommand } = await import('@aws-sdk/client-securityhub');
    const client = new SecurityHubClient(sdkSettings(config, ctx));
    const findings = [...new Map(batch.messages.flatMap((message) => findingOf(message, config)).map((one) => [one.Id, one])).values()];
    for (let at = 0; at < findings.length; at += MOST_FINDINGS) {
      const command = new BatchImportFindingsCommand({ Findings: findings.slice(at, at + MOST_FINDINGS) });
      const { FailedCount = 0, FailedFindings = [] } = await client.send(command, { abortSignal: ctx.signal });
      const codes = new Set(FailedFindings.flatMap(({ ErrorCode }) => ErrorCode ?? []));
      if (FailedCount > 0) throw new Error(`Security Hub refused ${FailedCount} findings: ${[...codes].join(', ')}`);
    }
  },
};

function findingOf(message: SinkMessage, config: SinkConfig): AwsSecurityFinding[] {
  const { region = '', awsAccountId = '' } = config;
  const productArn = config['productArn'] ?? `arn:aws:securityhub:${region}:${awsAccountId}:product/${awsAccountId}/default`;
  const detail = message.type === 'test' ? testFinding(message.at) : message.type === 'finding' ? message.detail : null;
  if (detail === null) return [];
  return [writeAsff(detail as unknown as InspectorFinding, { awsAccountId, region, productArn }) as unknown as AwsSecurityFinding];
}

/** Archived from the start: nobody is to look into it. */
function testFinding(at: string): InspectorFinding {
  return {
    ...{ findingArn: 'assay/test', title: 'Test of Assay', description: 'Assay can reach this hub. Nothing has happened.' },
    ...{ severity: 'INFORMATIONAL', status: 'CLOSED', firstObservedAt: at, lastObservedAt: at, updatedAt: at },
    resources: [{ type: 'OTHER', id: 'assay' }],
  };
}
