import { expect, it } from 'vitest';
import { inkOn } from './ink';

it('writes dark on light and light on dark', () => {
    expect(inkOn(['#ffffff', '#000000'], 0)).toBe('#16191f');
    expect(inkOn(['#ffffff', '#000000'], 1)).toBe('#ffffff');
});

it('takes what is beyond the ramp as its ends', () => {
    expect(inkOn(['#ffffff', '#000000'], 7)).toBe('#ffffff');
});
