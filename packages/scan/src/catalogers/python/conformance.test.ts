import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { python } from './python.ts';

describeCataloger({
  cataloger: python,
  url: import.meta.url,
  fixtures: {
    wheel: {
      'usr/lib/python3/site-packages/Flask-3.0.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: Flask\nVersion: 3.0.0\nLicense: BSD\n\nreadme\n',
      'usr/lib/python3/site-packages/Flask-3.0.0.dist-info/RECORD': '../../../bin/flask,sha256=x,1\n"flask/a,b.json",,\n',
    },
    eggs: { 'lib/a-1.egg-info': 'Name: a\nVersion: 1\n', 'b.egg-info/PKG-INFO': 'Name: b\nVersion: 2\n' },
  },
});
