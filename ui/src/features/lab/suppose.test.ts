import { expect, it } from 'vitest';
import { linesOf, supposable, supposedOf, toRequest, typed } from './suppose';

it('asks the server by where each value belongs', () => {
    const asked = toRequest({ stage: 'churn', lifetime_value: 12.5, spend_90d: 3, 'attributes.plan': null });
    expect(asked).toEqual({
        stage: 'churn',
        lifetime_value: 12.5,
        features: { spend_90d: 3 },
        attributes: { plan: null },
    });
});

it('supposes what a decision reads of a customer, and nothing else', () => {
    const names = ['stage', 'rfm_segment', 'channel', 'score.churn', 'spend_90d', 'attributes.plan', 'context.'];
    const found = supposable(names.map((name) => ({ name, kind: 'text' as const })));
    expect(found.map((v) => v.name)).toEqual(['stage', 'spend_90d', 'attributes.plan']);
});

it('comes back from the URL as it was typed', () => {
    const variables = [
        { name: 'spend_90d', kind: 'number' as const },
        { name: 'attributes.since', kind: 'time' as const },
    ];
    const lines = [
        { name: 'spend_90d', text: '12.5' },
        { name: 'attributes.since', text: '2026-01-31' },
    ];
    const supposed = supposedOf([...lines, { name: '', text: 'not chosen yet' }], variables);
    expect(supposed).toEqual({ spend_90d: 12.5, 'attributes.since': '2026-01-31T00:00:00Z' });
    expect(linesOf(supposed)).toEqual(lines);
    expect(supposedOf([], variables)).toBeUndefined();
});

it('reads what was typed by the kind of the variable', () => {
    expect(typed({ name: 'n', kind: 'number' }, ' 12.5 ')).toBe(12.5);
    expect(typed({ name: 'n', kind: 'number' }, 'twelve')).toBe('twelve');
    expect(typed({ name: 'b', kind: 'boolean' }, 'false')).toBe(false);
    expect(typed({ name: 't', kind: 'time' }, '2026-01-31')).toBe('2026-01-31T00:00:00Z');
    expect(typed({ name: 't', kind: 'text' }, '42')).toBe('42');
    expect(typed(undefined, '')).toBeNull();
});
