import { expect, it } from 'vitest';
import { metricsOf } from './metrics';

it('reads the kind that is there, with its intervals in order', () => {
    const raw = {
        binary: null,
        amount: {
            rows: 10,
            mean_actual: 3,
            mean_absolute_error: { value: 2, lower: 1, upper: 3 },
            rank_correlation: { value: 0.5, lower: 0.4, upper: 0.6 },
        },
    };
    expect(metricsOf(raw)).toEqual({
        rows: 10,
        baseRate: null,
        bins: [],
        intervals: [
            ['mean_absolute_error', { value: 2, lower: 1, upper: 3 }],
            ['rank_correlation', { value: 0.5, lower: 0.4, upper: 0.6 }],
        ],
    });
});

it('shows nothing of what it cannot read', () => {
    for (const raw of [null, undefined, 'x', {}, { binary: { rows: 'many' } }]) {
        expect(metricsOf(raw).intervals).toEqual([]);
    }
});
