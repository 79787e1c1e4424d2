import { expect, it } from 'vitest';
import { builderVariables } from './variables';

const items = [
    { name: 'stage', type: 'text', doc: '', values: ['growth'] },
    { name: 'spend_90d', type: 'number', doc: '', values: [] },
    { name: 'in_base', type: 'boolean', doc: '', values: [] },
    { name: 'free', type: 'any', doc: '', values: [] },
] as const;
const said = items.map((v) => ({ ...v, values: [...v.values] }));

it('offers the builder what it can compare', () => {
    expect(builderVariables(said, 'audience')).toEqual([
        { name: 'stage', kind: 'text', values: ['growth'] },
        { name: 'spend_90d', kind: 'number' },
        { name: 'in_base', kind: 'boolean' },
    ]);
});

it('offers no rule what only others may name', () => {
    expect(builderVariables(said, 'offer').map((v) => v.name)).toEqual(['stage', 'spend_90d']);
    expect(builderVariables(said, 'stage').map((v) => v.name)).toEqual(['spend_90d']);
});
