import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { apk } from './apk.ts';

const installed = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
o:musl
L:MIT
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755

P:libssl3
V:3.3.1-r3
A:x86_64
o:openssl
F:usr/lib
R:libssl.so.3
`;

describeCataloger({
  cataloger: apk,
  url: import.meta.url,
  fixtures: { alpine: { 'lib/apk/db/installed': installed }, merged: { 'usr/lib/apk/db/installed': installed.replaceAll('\n', '\r\n') } },
});
