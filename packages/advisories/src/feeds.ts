import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed } from './feed.ts';
import { almalinux } from './feeds/almalinux/feed.ts';
import { alpineSecdb } from './feeds/alpine-secdb/feed.ts';
import { bitnami } from './feeds/bitnami/feed.ts';
import { debian } from './feeds/debian/feed.ts';
import { golang } from './feeds/golang/feed.ts';
import { ossfMalicious } from './feeds/ossf-malicious/feed.ts';
import { osv } from './feeds/osv/feed.ts';
import { pypa } from './feeds/pypa/feed.ts';
import { rustsec } from './feeds/rustsec/feed.ts';
import { ubuntu } from './feeds/ubuntu/feed.ts';

/** Every feed of advisories; one line each, compared with the folders by a test. */
export const feeds: readonly Feed<Advisory>[] = [
  almalinux,
  alpineSecdb,
  bitnami,
  debian,
  golang,
  ossfMalicious,
  osv,
  pypa,
  rustsec,
  ubuntu,
];
