import type { ReactNode } from 'react';

export interface Setting {
  readonly name: string;
  readonly value: ReactNode;
  /** What it changes. */
  readonly about: string;
}

/** Settings of one kind, each with a sentence about what it changes. */
export function SettingList({ settings }: { settings: readonly Setting[] }) {
  return (
    <dl className="assay-settings">
      {settings.map(({ name, value, about }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          <dd className="assay-quiet">{about}</dd>
        </div>
      ))}
    </dl>
  );
}
