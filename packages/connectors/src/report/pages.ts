import type { RunningImage } from '@assay/core/running.ts';
import { REPORT_BYTES, REPORT_IMAGES } from '@assay/core/running-report.ts';

/** Pages that a report may carry, made as they are asked for. */
export function* pagesOf(images: Iterable<RunningImage>): Generator<RunningImage[]> {
  let page: RunningImage[] = [];
  let bytes = 0;
  for (const image of images) {
    if (!isTellable(image)) continue;
    const size = Buffer.byteLength(JSON.stringify(image)) + 1;
    if (page.length === REPORT_IMAGES || (page.length > 0 && bytes + size > REPORT_BYTES)) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(image);
    bytes += size;
  }
  if (page.length > 0) yield page;
}

/** Characters; the service's model has the same. Names of images end at about 500. */
const LONGEST = 1024;
const MOST_DIGESTS = 100;

/**
 * An image of any other name cannot be pulled, so nothing runs from it, but a cluster lets people write it into a pod: it must not keep all
 * the others on its page from being told.
 */
function isTellable({ namespace, workload, definition, image, imageId, platform, digests = [] }: RunningImage): boolean {
  const texts = [namespace, workload.kind, workload.name, definition, image, imageId, platform, ...digests];
  return digests.length <= MOST_DIGESTS && texts.every((text) => text.length <= LONGEST && !/\p{C}/u.test(text));
}
