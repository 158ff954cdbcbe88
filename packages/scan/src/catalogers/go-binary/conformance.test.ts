import { describeCataloger } from '@assay/testkit/cataloger-conformance.ts';
import { goBinary } from './go-binary.ts';
import { executableWith } from './testdata/executable-writer.ts';

const modules = 'path\tm\nmod\tm\tv1.0.0\ndep\texample.com/a\tv1.2.3\th1:x=\n=>\texample.com/b\tv1.2.4\th1:y=\n';
const common = { goVersion: 'go1.17.1', modules };

describeCataloger({
  cataloger: goBinary,
  url: import.meta.url,
  fixtures: {
    elf: { 'usr/bin/x': executableWith({ format: 'elf64le', style: 'inline', section: true, ...common }) },
    oldElf: { 'usr/bin/x': executableWith({ format: 'elf32be', style: 'pointers', section: false, ...common }) },
    machO: { 'usr/bin/x': executableWith({ format: 'macho64', style: 'pointers', section: true, ...common }) },
    pe: { 'x.exe': executableWith({ format: 'pe64', style: 'pointers', section: false, ...common }) },
  },
});
