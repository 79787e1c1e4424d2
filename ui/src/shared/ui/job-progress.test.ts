import { expect, it } from 'vitest';
import { shareDone } from './job-progress';

it('a job that succeeded has done all; another as much as it counted', () => {
    expect(shareDone({ state: 'succeeded', done: 98, total: 100 })).toBe(1);
    expect(shareDone({ state: 'running', done: 98, total: 100 })).toBe(0.98);
    expect(shareDone({ state: 'failed', done: 1, total: 4 })).toBe(0.25);
    expect(shareDone({ state: 'queued', done: 0, total: 0 })).toBe(0);
});
