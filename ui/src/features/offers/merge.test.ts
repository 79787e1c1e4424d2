import { expect, it } from 'vitest';
import { merge } from './merge';

const base = { name: 'A', weight: 1, tags: ['x'], value: null, version: 3 };

it('takes what either side changed alone, and asks nothing', () => {
    const { merged, conflicts, mine, theirs } = merge(base, { ...base, weight: 2 }, { ...base, name: 'B', version: 4 });
    expect(merged).toEqual({ name: 'B', weight: 2, tags: ['x'], value: null, version: 4 });
    expect(conflicts).toEqual([]);
    expect(mine).toEqual(['weight']);
    expect(theirs).toEqual(['name']);
});

it('asks where both changed one field otherwise, and keeps theirs until it is answered', () => {
    const { merged, conflicts } = merge(base, { ...base, tags: ['x', 'y'] }, { ...base, tags: ['z'] });
    expect(conflicts).toEqual([{ field: 'tags', base: ['x'], mine: ['x', 'y'], theirs: ['z'] }]);
    expect(merged.tags).toEqual(['z']);
});

it('does not ask where both made the same change', () => {
    expect(merge(base, { ...base, value: 5 }, { ...base, value: 5 }).conflicts).toEqual([]);
});
