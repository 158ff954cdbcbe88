import { describe, expect, it } from 'vitest';
import type { WorkloadImage } from '../../api/clusters.ts';
import { workloadFacts } from './workload-facts.ts';

const image = (rest: Partial<WorkloadImage>): WorkloadImage => ({
  ...{ image: 'app:1', imageId: 'app@sha256:1', platform: 'linux/amd64', runningUnitCount: 2, stoppedUnitCount: 1, lastSeenAt: 10 },
  ...{ reach: 'UNKNOWN', confidence: 'EXACT', resources: [{ resourceArn: 'a', accountId: '1' }], newerImageAvailable: false, ...rest },
});
const findings = new Map([
  ['a', { all: 9, critical: 0, high: 2, medium: 3 }],
  ['b', { all: 1, critical: 0, high: 0, medium: 0 }],
]);
const B = [{ resourceArn: 'b', accountId: '1' }];

describe('what is said of a workload', () => {
  it('is the sum over its images, and an image on two definitions counts its findings once', () => {
    const facts = workloadFacts({ images: [image({}), image({ lastSeenAt: 20 }), image({ resources: B })] }, findings);
    expect(facts).toMatchObject({ running: 6, stopped: 3, lastSeenAt: 20, worst: 'HIGH', counts: { all: 10, high: 2, medium: 3 } });
  });

  it('tells the reach that is nearest to the outside, and an unknown one last', () => {
    expect(workloadFacts({ images: [image({ reach: 'NONE' }), image({ reach: 'UNKNOWN' })] }, findings).reach).toBe('NONE');
    expect(workloadFacts({ images: [image({ reach: 'CLUSTER' }), image({ reach: 'INTERNET' })] }, findings).reach).toBe('INTERNET');
  });

  it('never calls clean what it does not know', () => {
    const unknown = image({ resources: [], confidence: 'UNRESOLVED' });
    expect(workloadFacts({ images: [unknown] }, findings)).toMatchObject({ worst: 'UNKNOWN', unresolved: true });
    expect(workloadFacts({ images: [unknown, image({ resources: B })] }, findings).worst).toBe('UNKNOWN');
    expect(workloadFacts({ images: [unknown, image({})] }, findings)).toMatchObject({ worst: 'HIGH', unresolved: true });
    expect(workloadFacts({ images: [image({ resources: B })] }, findings).worst).toBe('REST');
    expect(workloadFacts({ images: [image({})] }, new Map()).worst).toBe('UNKNOWN');
    expect(workloadFacts({ images: [image({})] }, new Map([['a', { all: 0 }]])).worst).toBe('NONE');
  });
});
