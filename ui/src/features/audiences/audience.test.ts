import { expect, it } from 'vitest';
import { emptyAudience, hasRule } from './audience';

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
