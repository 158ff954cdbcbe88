import type { Advisory } from '@assay/core/advisory.ts';
import type { Feed } from './feed.ts';
import { almalinux } from './feeds/almalinux/feed.ts';
import { bitnami } from './feeds/bitnami/feed.ts';
import { golang } from './feeds/golang/feed.ts';
import { ossfMalicious } from './feeds/ossf-malicious/feed.ts';
import { osv } from './feeds/osv/feed.ts';
import { pypa } from './feeds/pypa/feed.ts';
import { rustsec } from './feeds/rustsec/feed.ts';

/** Every feed of advisories; one line each, compared with the folders by a test. */
export const feeds: readonly Feed<Advisory>[] = [almalinux, bitnami, golang, ossfMalicious, osv, pypa, rustsec];
