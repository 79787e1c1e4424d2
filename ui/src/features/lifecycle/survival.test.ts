import { expect, it } from 'vitest';
import { knownSince } from './range';
import { survivalSteps } from './survival';

const bin = (from_days: number, to_days: number, ended: number, open: number) => ({ from_days, to_days, ended, open });

it('draws survival from its beginning to the last that is known', () => {
    const survival = [{ days: 30, at_risk: 150, ended: 8, share: 0.9467 }];
    expect(survivalSteps({ stays: 150, survival, histogram: [bin(30, 60, 8, 0), bin(60, 90, 0, 142)] })).toEqual([
        { days: 0, share: 1, at_risk: 150, ended: 0 },
        { days: 30, at_risk: 150, ended: 8, share: 0.9467 },
        { days: 60, share: 0.9467, at_risk: 142, ended: 0 },
    ]);
    expect(survivalSteps({ stays: 0, survival: [], histogram: [] })).toEqual([]);
    expect(survivalSteps({ stays: 2, survival: [], histogram: [bin(0, 7, 0, 2)] })).toHaveLength(1);
});

it('begins where customers are first known of, and only where the period begins before', () => {
    const points: { at: string; customers: Record<string, number> }[] = [
        { at: '2026-03-01T00:00:00Z', customers: {} },
        { at: '2026-03-02T00:00:00Z', customers: { growth: 0 } },
        { at: '2026-03-03T00:00:00Z', customers: { growth: 4 } },
    ];
    expect(knownSince(points)).toBe('2026-03-03T00:00:00Z');
    expect(knownSince(points.slice(2))).toBeUndefined();
    expect(knownSince([])).toBeUndefined();
});
