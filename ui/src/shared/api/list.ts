import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface Page<T> {
    items: T[];
    next_cursor: string | null;
    total?: number | null;
}

/**
 * A list of the server, page after page. `path` and `query` name it in the cache (`changed(path)` reads it again);
 * `read` fetches the page behind a cursor, the first one for undefined; `pollOf` says after how many milliseconds the
 * pages are read again, which may depend on what they hold.
 */
export function useList<T>(
    path: string,
    query: object,
    read: (cursor: string | undefined) => Promise<Page<T>>,
    pollOf: (rows: T[]) => number | false = () => false,
) {
    const list = useInfiniteQuery({
        queryKey: ['get', path, 'list', query],
        queryFn: ({ pageParam }) => read(pageParam),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (page) => page.next_cursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: ({ state }) => pollOf(state.data?.pages.flatMap((page) => page.items) ?? []),
    });
    const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
    return {
        rows,
        total: list.data?.pages[0]?.total ?? undefined,
        isLoading: list.isLoading,
        /** Only when there is nothing to show. */
        error: rows.length === 0 ? list.error : null,
        hasMore: list.hasNextPage,
        more: () => void (list.isFetchingNextPage || list.fetchNextPage()),
        again: () => void list.refetch(),
    };
}
