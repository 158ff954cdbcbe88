import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { pythonRequirements } from './python-requirements.ts';

describeCataloger({
  cataloger: pythonRequirements,
  url: import.meta.url,
  fixtures: {
    pins: { 'app/requirements.txt': 'Django==4.2.1 ; python_version > "3"\nfoo[x]===1.0 \\\n  --hash=sha256:abc\n# no\nbar>=1\n' },
  },
});
