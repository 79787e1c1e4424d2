import { expect, test } from 'vitest';
import { Problem } from './problem';

const problem = new Problem(
    {
        errors: [
            { pointer: '/name', detail: 'is longer than 255 characters' },
            { pointer: '/eligibility_rule/and/0/</0/var', detail: 'there is no variable `spend`' },
            { pointer: '/eligibility_rule/and/1/==', detail: 'compares a number with text' },
            { pointer: '/names', detail: 'is not a known field' },
        ],
    },
    400,
);

test('a field has its own mistake, without its place', () => {
    expect(problem.at('/name')).toBe('is longer than 255 characters');
    expect(problem.at('/weight')).toBeUndefined();
});

test('a rule has every mistake within it, each with its place', () => {
    expect(problem.at('/eligibility_rule')).toBe(
        '/and/0/</0/var there is no variable `spend`\n/and/1/== compares a number with text',
    );
});
