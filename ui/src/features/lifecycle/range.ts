import type { Schemas } from '@/shared/api/client';

/** What the dashboards are asked for; left out: the server's 90 days. */
export interface Range {
    from?: string;
    to?: string;
}

/**
 * The first moment of the series at which there is anybody, where that is later than its beginning: before it nobody
 * was known, and everybody would seem to have come since.
 */
export function knownSince(points: readonly Pick<Schemas['SeriesPoint'], 'at' | 'customers'>[]): string | undefined {
    const first = points.findIndex((point) => Object.values(point.customers).some((n) => n > 0));
    return first > 0 ? points[first]?.at : undefined;
}
