import { useEffect, useRef } from 'react';
import type { Schemas } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';

export const isOpenEnded = (run: Schemas['SyncRun']): boolean => run.state === 'queued' || run.state === 'running';

/** When what runs has come to its end, what is said of runs and of offers is read again. */
export function useFollow(isRunning: boolean): void {
    const ran = useRef(false);
    useEffect(() => {
        if (ran.current && !isRunning) {
            void changed('/api/v1/sync', '/api/v1/offers');
        }
        ran.current = isRunning;
    }, [isRunning]);
}
