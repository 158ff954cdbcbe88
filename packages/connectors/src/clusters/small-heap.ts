import { setFlagsFromString } from 'node:v8';

/**
 * For processes that only collect: the young generation stays as small as it begins, and the old one is swept each time it has grown by a
 * tenth. What a collector reads is garbage at once, and more room for it means more memory and no more speed (150,000 pods: 190 MB in place
 * of 380, and 209 in place of 264 after a minute of 1,000 changes a second).
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=10');
}
