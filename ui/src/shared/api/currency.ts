import { $api } from './client';

/** The programme's currency; undefined until the server has said it. */
export function useCurrency(): string | undefined {
    return $api.useQuery('get', '/api/v1/home', {}, { staleTime: Infinity }).data?.currency;
}
