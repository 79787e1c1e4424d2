import { expect, it } from 'vitest';
import { historyOf } from './history';
import type { Run } from './sync-screen';

const run = (id: number, state: string) => ({ id: String(id), state }) as Run;

it('tells of the last thirty runs that have ended or wait, the oldest first', () => {
    const runs = [run(50, 'running'), ...Array.from({ length: 40 }, (_, i) => run(40 - i, 'succeeded'))];
    const history = historyOf(runs);
    expect(history).toHaveLength(30);
    expect(history[0]?.id).toBe('11');
    expect(history.at(-1)?.id).toBe('40');
    expect(historyOf([run(2, 'needs_approval'), run(1, 'failed')]).map((one) => one.id)).toEqual(['1', '2']);
});
