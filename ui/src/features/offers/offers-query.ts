import { api, dataOf } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { OffersSearch } from './search';

/** The list's filters as the API takes them; `open` is the UI's own. */
export function filtersOf(search: OffersSearch): Record<string, string> {
    const ours = ['open', 'sort', 'order', 'view', 'days', 'by'];
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
    return useList('/api/v1/offers', query, (cursor) =>
        dataOf(api.GET('/api/v1/offers', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } } })),
    );
}
