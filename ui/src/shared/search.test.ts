import { expect, it } from 'vitest';
import { z } from 'zod/mini';
import { day, oneOf, whole, word } from './search';

const search = z.object({ q: word, page: whole, from: day, order: oneOf(['asc', 'desc']) });

it('reads what is there, and a number as the word that it was typed as', () => {
    expect(search.parse({ q: 42, page: 3, from: '2026-02-28', order: 'asc' })).toEqual({
        q: '42',
        page: 3,
        from: '2026-02-28',
        order: 'asc',
    });
});

it('takes what it cannot read as not given', () => {
    expect(search.parse({ q: ['x'], page: 'three', from: '2026-02-30', order: 'up', new: 1 })).toEqual({});
});
