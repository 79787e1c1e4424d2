import type { Schemas } from '@/shared/api/client';

export type FigureRow = Schemas['OfferFigureRow'];
export type Outcomes = Schemas['OfferOutcomes'];
export type Origin = 'history' | 'decisions';

export const figureDays = [30, 90] as const;

const valueOf: Record<string, (row: FigureRow, origin: Origin) => number | string | null> = {
    name: (row) => row.name,
    shown: (row, origin) => row[origin].shown,
    viewed: (row, origin) => row[origin].viewed,
    clicked: (row, origin) => row[origin].clicked,
    converted: (row, origin) => row[origin].converted,
    rejected: (row, origin) => row[origin].rejected,
    rate: (row, origin) => row[origin].rate?.share ?? null,
};

/** Those without a rate come last, whichever way the others go. */
export function sorted(rows: FigureRow[], by: { sort: string; order: 'asc' | 'desc' }, origin: Origin): FigureRow[] {
    const of = valueOf[by.sort] ?? valueOf.shown!;
    const sign = by.order === 'asc' ? 1 : -1;
    return rows.toSorted((a, b) => {
        const [x, y] = [of(a, origin), of(b, origin)];
        if (x === null || y === null) {
            return Number(x === null) - Number(y === null);
        }
        if (typeof x === 'string' || typeof y === 'string') {
            return sign * String(x).localeCompare(String(y));
        }
        return sign * (x - y);
    });
}

/** Which record to show first: the one that knows more showings. */
export function fullerOf(rows: Pick<FigureRow, Origin>[]): Origin {
    const sum = (origin: Origin) => rows.reduce((total, row) => total + row[origin].shown, 0);
    return sum('decisions') > sum('history') ? 'decisions' : 'history';
}
