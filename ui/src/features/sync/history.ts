import type { Run } from './sync-screen';

export const outcomes = ['created', 'updated', 'withdrawn', 'rejected'] as const;
const most = 30;

/** The last runs that have ended or wait, the oldest first: one that still runs has not said yet what it changes. */
export function historyOf(latest: readonly Run[]): Run[] {
    return latest
        .filter((run) => run.state !== 'queued' && run.state !== 'running')
        .slice(0, most)
        .toReversed();
}
