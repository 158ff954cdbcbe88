import { expect, it } from 'vitest';
import { platformsFor } from './node-platform.ts';

const take = (node: string, offered: readonly string[]) =>
  platformsFor(
    node,
    offered.map((platform) => ({ platform })),
  ).map((one) => one.platform);

it.each([
  ['linux/amd64', ['linux/amd64', 'linux/arm64'], ['linux/amd64']],
  ['linux/arm64', ['linux/amd64', 'linux/arm64/v8'], ['linux/arm64/v8']],
  ['linux/arm64/v8', ['linux/amd64', 'linux/arm64'], ['linux/arm64']],
  ['linux/aarch64', ['linux/arm64/v8'], ['linux/arm64/v8']],
  ['linux/x86_64', ['linux/amd64', 'linux/386'], ['linux/amd64']],
  ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64'], ['linux/arm/v7']],
  ['linux/arm/v6', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v6']],
  ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v7']],
  ['linux/arm/v6', ['linux/arm/v7'], []],
  ['linux/amd64', ['linux/amd64/v1', 'linux/amd64/v3'], ['linux/amd64/v1']],
  ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4'], ['linux/amd64/v2']],
  ['windows/amd64', ['windows/amd64', 'windows/amd64', 'linux/amd64'], ['windows/amd64', 'windows/amd64']],
  ['linux/riscv64', ['linux/amd64'], []],
  ['linux/s390x', ['linux/s390x'], ['linux/s390x']],
  ['', ['linux/amd64'], []],
  ['linux', ['linux/amd64'], []],
  ['linux/amd64', ['unknown/unknown'], []],
  ['linux/amd64', [], []],
])('a node of %s takes from %j: %j', (node, offered, taken) => {
  expect(take(node, offered)).toEqual(taken);
});
