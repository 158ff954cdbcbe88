import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { serviceClient } from './client.ts';
import { writeList } from './write-list.ts';

type Monitoring = Wire<assay.GetMonitoringStatusResponse>;

type Preview = assay.PreviewMonitoringResponse;

const CLUSTERS = {
  HEARD: 'heard',
  SILENT: 'silent: use ages nothing until one is heard ("assay cluster list")',
  NONE: 'none: use ages nothing; "assay cluster add" connects one',
};
const MODES: Readonly<Record<string, string>> = { use: 'LAST_IN_USE_AT', pull: 'LAST_PULL_DATE' };

export async function showMonitoring(given: Arguments, cli: Cli): Promise<number> {
  const status = await serviceClient(given, cli).ask<Monitoring>('/assay/eligibility/status/get');
  if (given.value('format') === 'json') return writeList([status], { given, cli, columns: {} });
  const { mode, heldImages: held } = status;
  const lines = [
    ['after the push', days(status.pushDuration)],
    [mode === 'LAST_PULL_DATE' ? 'after the last pull' : 'after the last use', days(status.useDuration)],
    ['clusters', CLUSTERS[status.use]],
    ['images monitored', String(status.monitoredImages)],
    ['  of silent clusters', String(status.staleImages)],
    ['  deleted, but running', String(status.deletedImages)],
    ['images lapsed', String(status.lapsedImages)],
    ['images held', held === 0 ? '0' : `${held}: too many at once; "assay monitoring accept-held" lets them lapse`],
    ...(status.acceptedImages === 0 ? [] : [['images accepted', `${status.acceptedImages}: lapse at the next sweep`] as const]),
  ] as const;
  cli.terminal.out.write(lines.map(([name, value]) => `${name.padEnd(24)}${value}\n`).join(''));
  return EXIT.ok;
}

export async function setMonitoring(given: Arguments, cli: Cli): Promise<number> {
  const [push, use, by] = ['push', 'use', 'by'].map((name) => given.value(name));
  if (push === undefined && use === undefined && by === undefined)
    throw usage('assay monitoring set', 'name what to change: --push, --use or --by');
  const client = serviceClient(given, cli);
  if (given.flag('dry-run')) {
    const asked = {
      ...(push === undefined ? {} : { pushDuration: duration(push) }),
      ...(use === undefined ? {} : { useDuration: duration(use) }),
      ...(by === undefined ? {} : { mode: MODES[by] }),
    };
    return tellPreview(await client.ask<Preview>('/assay/eligibility/preview', asked), cli);
  }
  // Amazon's operation wants the push window whatever is changed, and has no word for "none".
  const rescanDuration = push === undefined ? (await client.ask<Monitoring>('/assay/eligibility/status/get')).pushDuration : duration(push);
  const ecrConfiguration = {
    rescanDuration,
    ...(use === undefined || use === 'none' ? {} : { pullDateRescanDuration: duration(use) }),
    ...(by === undefined ? {} : { pullDateRescanMode: MODES[by] }),
  };
  await client.ask('/configuration/update', { ecrConfiguration }, 'inspector2');
  if (use === 'none') await client.ask('/assay/eligibility/update', { useDuration: 'NONE' });
  return showMonitoring(given, cli);
}

export async function acceptHeld(given: Arguments, cli: Cli): Promise<number> {
  const { acceptedImages } = await serviceClient(given, cli).ask<{ acceptedImages: number }>('/assay/eligibility/held/accept');
  cli.terminal.out.write(
    acceptedImages === 0 ? 'No images are held.\n' : `${acceptedImages} images lapse at the next sweep, within ten minutes.\n`,
  );
  return EXIT.ok;
}

function tellPreview({ accountCount, monitoredImages, lapsingImages, heldImages, closingFindings }: Preview, cli: Cli): number {
  const accounts = accountCount === 1 ? '' : ` of ${accountCount} accounts`;
  const waiting = heldImages === 0 ? '' : `\n${heldImages} of them would wait for "assay monitoring accept-held": too many at once.`;
  cli.terminal.out.write(
    `${lapsingImages} of ${monitoredImages} images${accounts} would lapse, and ${closingFindings} findings close.${waiting}\nNothing was changed.\n`,
  );
  return EXIT.ok;
}

const duration = (choice: string): string => (choice === 'lifetime' || choice === 'none' ? choice.toUpperCase() : `DAYS_${choice}`);

function days(name: string): string {
  return name.startsWith('DAYS_') ? `${name.slice('DAYS_'.length)} days` : name === 'LIFETIME' ? 'for ever' : 'not at all';
}
