import { shellWord } from '../../format/shell-word.ts';

/** What to run to have a collector report here. The token is read from the file `token`, so that it is in no list of processes. */
export function helmCommand(server: string, cluster: string): string {
  return [
    'kubectl create namespace assay',
    'kubectl -n assay create secret generic collector-token --from-file=token',
    `helm -n assay install collector deploy/helm/assay-collector --set token.existingSecret=collector-token ${helmSet('server', server)} ${helmSet('clusterName', cluster)}`,
  ].join(' && ');
}

export function hostCommand(server: string): string {
  return `npx assay collect --kind docker --server ${shellWord(server)} --token-file token`;
}

export function saveCommand(token: string): string {
  return `(umask 077 && printf %s ${shellWord(token)} > token)`;
}

/** Helm parts a value at commas, and takes braces for a list. */
function helmSet(name: string, value: string): string {
  return `--set-string ${shellWord(`${name}=${value.replace(/[\\,{}]/g, '\\$&')}`)}`;
}
