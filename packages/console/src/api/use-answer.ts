import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { Service } from './client.ts';

/** Asks an operation that only reads; path and body are what the answer is remembered under. Without a body it is not asked. `refetchInterval` is in milliseconds. */
export function useAnswer<T>(service: Service, path: string, body: unknown, refetchInterval: number | false = false) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['answer', path, body],
    queryFn: ({ signal }) => client.ask<T>(service, path, body, signal),
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
