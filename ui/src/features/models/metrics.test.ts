import { expect, it } from 'vitest';
import { metricsOf, reportOf, roundUp, upliftOf } from './metrics';

const none = { rows: null, bins: [], deciles: [], roc: [], gain: [], lift: [], intervals: [] };

it('reads the kind that is there, with its intervals in order', () => {
    const raw = {
        binary: null,
        amount: {
            rows: 10,
            mean_actual: 3,
            mean_absolute_error: { value: 2, lower: 1, upper: 3 },
            rank_correlation: { value: 0.5, lower: 0.4, upper: 0.6 },
            deciles: [{ rows_share: 0.1, predicted: 2, actual: 3 }],
        },
    };
    expect(metricsOf(raw)).toEqual({
        ...none,
        rows: 10,
        deciles: [{ rows_share: 0.1, predicted: 2, actual: 3 }],
        intervals: [
            ['mean_absolute_error', { value: 2, lower: 1, upper: 3 }],
            ['rank_correlation', { value: 0.5, lower: 0.4, upper: 0.6 }],
        ],
    });
});

it('reads curves, and leaves out a figure that has no number', () => {
    const raw = { binary: { rows: 2, auc: { value: null, lower: null, upper: null }, roc: [{ x: 0, y: 0 }] } };
    expect(metricsOf(raw)).toEqual({ ...none, rows: 2, roc: [{ x: 0, y: 0 }] });
});

it('shows nothing of what it cannot read', () => {
    for (const raw of [null, undefined, 'x', {}, { binary: { rows: 'many' } }]) {
        expect(metricsOf(raw).intervals).toEqual([]);
    }
    const report = reportOf({ answers: 1, data: null, baselines: {}, gate: 'no', fit: [] });
    expect(report).toEqual({
        answers: '',
        data: undefined,
        baselines: [],
        gate: { checks: [], warnings: [] },
        importances: [],
    });
});

it('reads of uplift what the card says, with figures or with the reason why there are none', () => {
    const interval = { value: 0.1, lower: 0.05, upper: 0.15 };
    const figures = {
        treated: 900,
        control: 100,
        average_effect: interval,
        qini: interval,
        qini_over_response: interval,
        uplift_at: [{ share: 0.1, uplift: interval }],
        curve: [{ x: 0, y: 0 }],
    };
    const report = { words: 'contacts', passed: true, verdict: 'passed', assignment: 'as if drawn by chance' };
    expect(upliftOf({ ...report, figures })?.figures?.uplift_at[0]?.uplift.lower).toBe(0.05);
    const none = { words: 'no contact is of a control group', passed: false, verdict: '', assignment: '' };
    expect(upliftOf({ ...none, figures: null })?.words).toBe('no contact is of a control group');
    for (const raw of [null, undefined, {}, { ...report, figures: { qini: interval } }]) {
        expect(upliftOf(raw)).toBeUndefined();
    }
});

it('ends an axis at a round number', () => {
    expect([0.173, 0.2, 0.51, 1, 37, 0].map((v) => Number(roundUp(v).toPrecision(6)))).toEqual([
        0.2, 0.2, 0.55, 1, 40, 1,
    ]);
});
