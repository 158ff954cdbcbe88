import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { dpkg } from './dpkg.ts';

const status = `Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl (3.0.14-1)
Version: 3.0.14-1+b1
Description: Secure Sockets Layer toolkit
 more of it
 .
 and more

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
`;

describeCataloger({
  cataloger: dpkg,
  url: import.meta.url,
  fixtures: {
    debian: {
      'var/lib/dpkg/status': status,
      'var/lib/dpkg/info/bash.list': '/.\n/bin\n/bin/bash\n',
      'var/lib/dpkg/info/libssl3:amd64.list': '/.\n/usr\n/usr/lib\n/usr/lib/libssl.so.3\n',
    },
    distroless: { 'var/lib/dpkg/status.d/base': 'Package: base-files\nArchitecture: amd64\nVersion: 12.4+deb12u5' },
    nested: { 'mnt/rootfs/var/lib/dpkg/status': status, 'var/lib/dpkg/status': status },
    opkg: { 'usr/lib/opkg/status': 'Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\nArchitecture: x86_64\n' },
  },
});
