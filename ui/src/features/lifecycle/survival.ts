import type { Schemas } from '@/shared/api/client';

type Durations = Pick<Schemas['Durations'], 'stays' | 'survival' | 'histogram'>;
type Point = Schemas['SurvivalPoint'];

/**
 * The steps of the survival curve from its beginning, where all are in the stage, to the last time that anybody was
 * watched: the server names only the days on which somebody left.
 */
export function survivalSteps({ stays, survival, histogram }: Durations): Point[] {
    if (stays === 0) {
        return [];
    }
    const start: Point = { days: 0, share: 1, at_risk: stays, ended: 0 };
    const steps = survival[0]?.days === 0 ? [...survival] : [start, ...survival];
    const last = steps[steps.length - 1] ?? start;
    const watched = Math.max(0, ...histogram.filter((bin) => bin.open > 0).map((bin) => bin.from_days));
    const still = histogram.reduce((sum, bin) => sum + bin.open, 0);
    return watched > last.days ? [...steps, { days: watched, share: last.share, at_risk: still, ended: 0 }] : steps;
}
