import { expect, it } from 'vitest';
import { trendOf } from './totals';

const at = (day: number, value: number) => ({ at: `2026-01-0${day}T00:00:00Z`, value });

it('says how far a total moved, and since when', () => {
    const total = { name: 'customers', value: 90, trend: [at(1, 100), at(2, 95), at(3, 90)] };
    expect(trendOf(total)).toEqual({ change: -0.1, since: '2026-01-01T00:00:00Z' });
});

it('says nothing where there is nothing to compare with', () => {
    expect(trendOf({ name: 'x', value: 1, trend: [] })).toBeUndefined();
    expect(trendOf({ name: 'x', value: 1, trend: [at(1, 1)] })).toBeUndefined();
    expect(trendOf({ name: 'x', value: 1, trend: [at(1, 0), at(2, 1)] })).toBeUndefined();
});
