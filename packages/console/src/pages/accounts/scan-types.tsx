import Checkbox from '@cloudscape-design/components/checkbox';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { SCAN_TYPES, type ScanType, typeChanges } from './accounts.ts';

interface ScanTypesProps {
  readonly accountId: string;
  readonly present: readonly ScanType[];
  readonly onDone: () => Promise<unknown>;
  readonly onClose: () => void;
}

export function ScanTypes({ accountId, present, onDone, onClose }: ScanTypesProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [wanted, setWanted] = useState<readonly ScanType[]>(present);
  const { enable, disable } = typeChanges(present, wanted);
  async function change() {
    const accountIds = [accountId];
    for (const [path, resourceTypes] of [
      ['/enable', enable],
      ['/disable', disable],
    ] as const) {
      if (resourceTypes.length === 0) continue;
      const answer = await client.ask<{ failedAccounts?: { errorMessage?: string }[] }>('inspector2', path, { accountIds, resourceTypes });
      const failed = answer.failedAccounts?.[0];
      if (failed !== undefined) throw new Error(failed.errorMessage ?? accountId);
    }
    await onDone();
  }
  return (
    <Dialog
      title={t('accounts.typesOf', { account: accountId })}
      action={t('app.apply')}
      enabled={enable.length + disable.length > 0}
      onConfirm={change}
      onClose={onClose}
    >
      {SCAN_TYPES.map(({ id }) => (
        <Checkbox
          key={id}
          checked={wanted.includes(id)}
          onChange={({ detail }) => setWanted(detail.checked ? [...wanted, id] : wanted.filter((one) => one !== id))}
        >
          {t(`accounts.type.${id}`)}
        </Checkbox>
      ))}
      {disable.length > 0 && <div>{t('accounts.disableText')}</div>}
    </Dialog>
  );
}
