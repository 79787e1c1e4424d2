import type { Schemas } from '@/shared/api/client';

export type Total = Schemas['Total'];

export interface Trend {
    /** Of the first value: 0.02 is 2 % more. */
    change: number;
    since: string;
}

/** How far a total moved since the first point of its trend; none where there is nothing to compare with. */
export function trendOf(total: Total): Trend | undefined {
    const [first] = total.trend;
    if (!first || total.trend.length < 2 || first.value === 0) {
        return undefined;
    }
    return { change: (total.value - first.value) / Math.abs(first.value), since: first.at };
}
