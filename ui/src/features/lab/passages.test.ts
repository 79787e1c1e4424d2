import { expect, it } from 'vitest';
import { passages } from './passages';

const at = (...steps: string[]) => steps.map((step) => ({ step }));

it('counts who is left after each step, in the order of the decision', () => {
    expect(passages(at('rank', 'live', 'stage', 'live', 'shown'))).toEqual([
        { step: 'live', out: 2, left: 3 },
        { step: 'stage', out: 1, left: 2 },
        { step: 'rank', out: 1, left: 1 },
        { step: 'shown', out: 1, left: 1 },
    ]);
});

it('shows a step that it does not know', () => {
    expect(passages(at('weather', 'shown')).map((p) => p.step)).toEqual(['weather', 'shown']);
});

it('says so when nothing is shown', () => {
    expect(passages(at('stage')).at(-1)).toEqual({ step: 'shown', out: 0, left: 0 });
});
