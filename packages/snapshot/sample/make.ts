/**
 * Makes the sample resource: what dpkg says of a Debian 12 root installed from the release pocket alone, without security updates.
 * Run as root on Debian with mmdebstrap: `node packages/snapshot/sample/make.ts`. The mirror is the one that apt uses on this machine.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const RELEASE = 'bookworm';
/** A web host of many trades: chosen for packages that had security updates after the last point release. */
const INCLUDE =
  'apache2,bind9,ca-certificates,curl,git,haproxy,imagemagick,libarchive-tools,mariadb-server,memcached,nginx,openjdk-17-jre-headless,openssh-server,openssl,php8.2-cli,poppler-utils,postgresql-15,python3-django,redis-server,rsync,sudo,vim,wget,xz-utils';

function mirrorOfThisMachine(): string {
  const targets = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const line = targets.split('\n').find((target) => target.endsWith(` ${RELEASE} main`));
  if (line === undefined) throw new Error(`apt on this machine has no source for ${RELEASE} main`);
  return line.split(' ')[0] ?? '';
}

function make(): void {
  const folder = mkdtempSync(join(tmpdir(), 'assay-sample-'));
  try {
    const hook = `--customize-hook=copy-out /var/lib/dpkg/status /usr/lib/os-release ${folder}`;
    const args = ['--variant=important', `--include=${INCLUDE}`, '--components=main', '--architectures=amd64', hook];
    execFileSync('mmdebstrap', [...args, RELEASE, '/dev/null', mirrorOfThisMachine()], { stdio: 'inherit' });
    const status = readFileSync(join(folder, 'status'));
    const osRelease = readFileSync(join(folder, 'os-release'));
    const here = import.meta.dirname;
    writeFileSync(join(here, 'status.gz'), gzipSync(status, { level: 9 }));
    writeFileSync(join(here, 'os-release'), osRelease);
    const provenance = {
      what: 'dpkg status and os-release of a Debian 12 root made by make.ts',
      release: RELEASE,
      pockets: [RELEASE],
      components: ['main'],
      architecture: 'amd64',
      variant: 'important',
      include: INCLUDE.split(','),
      made: new Date().toISOString().slice(0, 10),
      packages: status.toString('utf8').match(/^Package: /gm)?.length ?? 0,
      sha256: { status: sha256(status), 'os-release': sha256(osRelease) },
      licence: 'package metadata of the Debian project; facts and short descriptions',
    };
    writeFileSync(join(here, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

make();
