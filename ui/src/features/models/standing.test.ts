import { expect, it } from 'vitest';
import { better } from './measures';
import { actsOf, championBefore, type ModelVersion, pairOf, standingsOf } from './standing';

const day = (n: number): string => `2026-01-0${n}T00:00:00Z`;

function version(id: string, rest: Partial<ModelVersion>): ModelVersion {
    return {
        version: id,
        name: 'nbo',
        kind: 'pair',
        state: 'retired',
        path: '',
        manifest_hash: '',
        gate_passed: true,
        verdict: '',
        metrics: null,
        fallback_value: null,
        created_at: day(1),
        created_by: '',
        promoted_at: null,
        retired_at: null,
        ...rest,
    };
}

const refused = version('d', { state: 'candidate', gate_passed: false, created_at: day(4) });
const champion = version('c', { state: 'champion', created_at: day(3), promoted_at: day(3) });
const before = version('b', { created_at: day(2), promoted_at: day(2) });
const first = version('a', { created_at: day(1), promoted_at: day(1) });
const versions = [refused, champion, before, first];

it('a roll back makes the one promoted last before it the champion', () => {
    expect(championBefore(versions)).toBe(before);
    expect(championBefore([refused, champion])).toBeUndefined();
    expect(championBefore([refused, before])).toBeUndefined();
});

it('what was refused does not wait; what passed and is newer than the champion does', () => {
    const other = version('x', { name: 'churn', state: 'candidate', created_at: day(5) });
    expect(standingsOf([other, ...versions]).map((s) => [s.name, s.champion?.version, s.waiting?.version])).toEqual([
        ['churn', undefined, 'x'],
        ['nbo', 'c', undefined],
    ]);
});

it('looks at what serves beside what served before, and at any other beside what serves', () => {
    const pair = (asked: object) => {
        const found = pairOf(versions, asked);
        return [found?.version.version, found?.against?.version];
    };
    expect(pair({})).toEqual(['c', 'b']);
    expect(pair({ version: 'a' })).toEqual(['a', 'c']);
    expect(pair({ version: 'a', against: 'b' })).toEqual(['a', 'b']);
    expect(pair({ against: 'none' })).toEqual(['c', undefined]);
    expect(pair({ version: 'a', against: 'a' })).toEqual(['a', undefined]);
    expect(pair({ version: 'gone' })).toEqual(['c', 'b']);
    expect(pairOf([], {})).toBeUndefined();
});

it('offers what the server would let somebody do', () => {
    expect(actsOf(refused, versions)).toEqual(['retire']);
    expect(actsOf(champion, versions)).toEqual(['rollback']);
    expect(actsOf(champion, [champion])).toEqual([]);
    expect(actsOf(before, versions)).toEqual(['promote']);
    expect(actsOf(version('e', { state: 'challenger' }), versions)).toEqual(['promote', 'retire']);
});

it('calls one better only where the intervals are apart', () => {
    const at = (value: number) => ({ value, lower: value - 0.05, upper: value + 0.05 });
    expect(better('auc', at(0.7), at(0.75))).toBe('open');
    expect(better('auc', at(0.9), at(0.7))).toBe('first');
    expect(better('log_loss', at(0.9), at(0.7))).toBe('second');
    expect(better('calibration_slope', at(0.7), at(1.1))).toBe('second');
    expect(better('calibration_intercept', at(-0.1), at(0.4))).toBe('first');
});
