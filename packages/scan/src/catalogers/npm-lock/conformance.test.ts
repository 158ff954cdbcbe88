import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { npmLock } from './npm-lock.ts';

describeCataloger({
  cataloger: npmLock,
  url: import.meta.url,
  fixtures: {
    v1: {
      'package-lock.json': JSON.stringify({
        lockfileVersion: 1,
        dependencies: { a: { version: '1.0.0', dependencies: { b: { version: '2.0.0', dev: true } } }, c: { version: 'npm:d@3.0.0' } },
      }),
    },
    v3: {
      'app/npm-shrinkwrap.json': JSON.stringify({
        lockfileVersion: 3,
        packages: {
          '': { name: 'app' },
          'node_modules/a': { version: '1.0.0' },
          'node_modules/a/node_modules/b': { version: '2.0.0', dev: true },
        },
      }),
    },
  },
});
