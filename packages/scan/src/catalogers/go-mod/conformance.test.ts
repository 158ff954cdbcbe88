import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { goMod } from './go-mod.ts';

const mod = 'module m\n\ngo 1.16\n\nrequire (\n\texample.com/a v1.0.0 // indirect\n)\nreplace example.com/b => example.com/c v1.0.0\n';

describeCataloger({
  cataloger: goMod,
  url: import.meta.url,
  fixtures: {
    sums: {
      'app/go.mod': mod,
      'app/go.sum': 'example.com/a v1.0.0 h1:x=\nexample.com/i v1.9.0 h1:x=\nexample.com/i v1.10.0/go.mod h1:x=\n',
    },
    vendored: {
      'go.mod': mod,
      'vendor/modules.txt': '# example.com/a v1.0.0\n## explicit\nexample.com/a\n# example.com/b v1.0.0 => example.com/c v1.0.0\n',
    },
  },
});
