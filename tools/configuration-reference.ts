import { SETTINGS } from '@assay/server/config.ts';

/** Text of docs/configuration.md, made from the table that the server reads; `node tools/write-configuration.ts` writes it. */
export function configurationReference(): string {
  const rows = SETTINGS.map(({ name, fallback, about }) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${about} |`);
  return [
    '# Configuration',
    '',
    '<!-- Made by `node tools/write-configuration.ts` from packages/server/src/config.ts: change that table. -->',
    '',
    'The service is configured by environment variables, read once at start. All problems are told together.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
    'The network is reached through `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, with further certificate authorities from `SSL_CERT_FILE` or',
    '`NODE_EXTRA_CA_CERTS`. The command line has a few variables of its own: see [cli.md](cli.md).',
    '',
    '## Behind a proxy',
    '',
    'Clients sign Host and path, so a proxy must pass both on unchanged (nginx: `proxy_set_header Host $host;`). Set `ASSAY_HOST_NAMES` to the',
    'names that browsers use, and `ASSAY_INSECURE_HTTP=1` when the proxy speaks TLS and Assay does not.',
    '',
  ].join('\n');
}
