import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { npm } from './npm.ts';

describeCataloger({
  cataloger: npm,
  url: import.meta.url,
  fixtures: {
    modules: {
      'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.21","license":"MIT"}',
      'app/node_modules/@s/x/package.json': '{"name":"@s/x","version":"1.0.0","licenses":[{"type":"MIT"}]}',
    },
  },
});
