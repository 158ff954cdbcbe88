import type { Enrichment } from '@assay/core/advisory.ts';
import { cisaKev } from './enrichments/cisa-kev/feed.ts';
import { cve } from './enrichments/cve/feed.ts';
import { epss } from './enrichments/epss/feed.ts';
import { exploitDb } from './enrichments/exploit-db/feed.ts';
import { metasploit } from './enrichments/metasploit/feed.ts';
import type { Feed } from './feed.ts';

/** Every feed of facts about vulnerabilities; one line each, compared with the folders by a test. */
export const enrichments: readonly Feed<Enrichment>[] = [cisaKev, cve, epss, exploitDb, metasploit];
