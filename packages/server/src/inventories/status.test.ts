import type { GapCode } from '@assay/core/gap.ts';
import { describe, expect, it } from 'vitest';
import { image } from '../findings/write/testdata/estate.ts';
import { hiddenBy, scanStatus } from './status.ts';

const gap = (code: GapCode, fatal = false) => ({ code, message: 'm', ...(fatal ? { fatal } : {}) });

describe('coverage', () => {
  it.each([
    ['what was read is covered', ['a@1.0.0'], [], 'ACTIVE', 'SUCCESSFUL'],
    ['also with a part missing', ['a@1.0.0'], [gap('unparsable-file')], 'ACTIVE', 'SUCCESSFUL'],
    ['an empty image was looked at', [], [gap('no-package-database')], 'ACTIVE', 'SUCCESSFUL'],
    ['an unreadable database is not an empty one', [], [gap('unreadable-package-database')], 'INACTIVE', 'INTERNAL_ERROR'],
    ['a void look is no look, whatever was found', ['a@1.0.0'], [gap('truncated-input', true)], 'INACTIVE', 'INTERNAL_ERROR'],
    ['an unknown system', [], [gap('unknown-distribution')], 'INACTIVE', 'UNSUPPORTED_OS'],
    ['not an image', [], [gap('unsupported-media-type', true)], 'INACTIVE', 'UNSUPPORTED_MEDIA_TYPE'],
  ])('%s', (_, packages, gaps, status, reason) => {
    expect(scanStatus(image('x', packages, gaps))).toEqual({ status, reason });
  });

  it('only gaps that can hide packages keep what was not seen again', () => {
    expect(hiddenBy([gap('end-of-life-distribution'), gap('no-advisories-for-namespace')])).toBeUndefined();
    expect(hiddenBy([gap('file-too-large')])?.('any/where')).toBe(true);
    expect(hiddenBy([gap('no-packages', true)])?.('any/where')).toBe(true);
  });

  it('a gap of one file hides what that file said, and nothing else', () => {
    const hidden = hiddenBy([
      { ...gap('file-too-large'), path: 'opt/tool' },
      { ...gap('unreadable-path'), path: 'srv' },
    ]);
    expect(['opt/tool', 'srv/app/package-lock.json', 'opt/tool2', 'var/lib/dpkg/status'].map((path) => hidden?.(path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('a look that ended early hides everything, wherever it ended', () => {
    expect(hiddenBy([{ ...gap('limit-reached'), path: 'usr/share' }])?.('etc')).toBe(true);
  });
});
