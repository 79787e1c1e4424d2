import { QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem';

/** Only what may pass by itself is asked again: no answer, or a server that is busy. */
export function worthAnotherTry(failures: number, error: unknown): boolean {
    const { status } = asProblem(error);
    return failures < 2 && (status === 0 || status === 429 || status >= 502);
}

export const queries = new QueryClient({
    defaultOptions: {
        queries: { staleTime: 15_000, retry: worthAnotherTry, refetchOnWindowFocus: true },
        mutations: { retry: false },
    },
});

/** Everything read from a path that begins so is read again: `changed('/api/v1/offers')`. */
export function changed(...prefixes: string[]): Promise<void> {
    return queries.invalidateQueries({
        predicate: (query) => {
            const path = query.queryKey[1];
            return typeof path === 'string' && prefixes.some((prefix) => path.startsWith(prefix));
        },
    });
}
