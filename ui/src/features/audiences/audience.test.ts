import { expect, it } from 'vitest';
import { builderVariables, emptyAudience, hasRule } from './audience';

it('begins without a rule, which selects nobody to count', () => {
    const draft = emptyAudience();
    expect(draft).toEqual({ name: '', description: '', rule: null });
    expect(hasRule(draft)).toBe(false);
    expect(hasRule({ ...draft, rule: undefined })).toBe(false);
    expect(hasRule({ ...draft, rule: false })).toBe(true);
});

it('begins with the customers of a stage', () => {
    expect(emptyAudience('win_back').rule).toEqual({ '==': [{ var: 'stage' }, 'win_back'] });
});

it('offers the builder what it can compare', () => {
    const items = [
        { name: 'stage', type: 'text', doc: '', values: ['growth'] },
        { name: 'spend_90d', type: 'number', doc: '', values: [] },
        { name: 'in_base', type: 'boolean', doc: '', values: [] },
        { name: 'free', type: 'any', doc: '', values: [] },
    ] as const;
    expect(builderVariables(items.map((v) => ({ ...v, values: [...v.values] })))).toEqual([
        { name: 'stage', kind: 'text', values: ['growth'] },
        { name: 'spend_90d', kind: 'number' },
        { name: 'in_base', kind: 'boolean' },
    ]);
});
