import { $api } from '@/shared/api/client';
import type { OffersSearch } from './search';

/** The list's filters as the API takes them; `open` is the UI's own. */
export function filtersOf(search: OffersSearch): Record<string, string> {
    const ours = ['open', 'sort', 'order'];
    return Object.fromEntries(
        Object.entries(search).filter(
            (entry): entry is [string, string] => Boolean(entry[1]) && !ours.includes(entry[0]),
        ),
    );
}

export function useOffers(search: OffersSearch) {
    const query = {
        ...filtersOf(search),
        ...(search.sort ? { sort: search.sort, order: search.order ?? 'asc' } : {}),
        limit: 100,
    };
    return $api.useInfiniteQuery(
        'get',
        '/api/v1/offers',
        { params: { query } },
        {
            pageParamName: 'cursor',
            initialPageParam: undefined,
            getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined,
        },
    );
}
