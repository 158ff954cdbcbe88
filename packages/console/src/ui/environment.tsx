import { createContext, useContext } from 'react';
import type { Client } from '../api/client.ts';

/** What the browser gives, passed in so that components stay testable: the one place that knows it is `main.tsx`. */
export interface Environment {
  readonly client: Client;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
}

const Context = createContext<Environment | null>(null);
export const EnvironmentProvider = Context.Provider;

export function useEnvironment(): Environment {
  const environment = useContext(Context);
  if (environment === null) throw new Error('useEnvironment outside of EnvironmentProvider');
  return environment;
}
