import type { MonitoringWindows } from '@assay/core/eligibility.ts';
import type { EcrSetting } from '../accounts/configuration.ts';

/** `DAYS_14` → 14. */
export function windowsOf(setting: EcrSetting): MonitoringWindows {
  const days = (name: string): number => Number(name.slice('DAYS_'.length));
  return {
    push: setting.rescanDuration === 'LIFETIME' ? 'LIFETIME' : days(setting.rescanDuration),
    pull: days(setting.pullDateRescanDuration),
    mode: setting.pullDateRescanMode,
  };
}
