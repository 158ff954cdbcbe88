import { useCallback, useState } from 'react';
import { useEnvironment } from './environment.tsx';

/** A small JSON value remembered by the browser; a damaged or foreign value counts as absent. */
export function useRemembered<T>(key: string, fallback: T): [T, (value: T) => void] {
  const { storage } = useEnvironment();
  const [value, setValue] = useState<T>(() => read(storage, key, fallback));
  const remember = useCallback(
    (next: T) => {
      setValue(next);
      try {
        storage.setItem(key, JSON.stringify(next));
      } catch {
        // A full or forbidden storage only means that the choice is not remembered.
      }
    },
    [storage, key],
  );
  return [value, remember];
}

function read<T>(storage: Pick<Storage, 'getItem'>, key: string, fallback: T): T {
  try {
    const text = storage.getItem(key);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback) && value !== null ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}
