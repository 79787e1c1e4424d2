// How many offers each step let through, in the order in which decide() takes them.
export const steps = [
    'live',
    'valid',
    'placement',
    'channel',
    'stage',
    'segment',
    'value',
    'eligibility',
    'consent',
    'contact_policy',
    'caps',
    'budget',
    'arbitrate',
    'explore',
    'rank',
    'fallback',
    'shown',
];

export interface Passage {
    step: string;
    /** Dropped out here. */
    out: number;
    /** Still in after it. */
    left: number;
}

/** Steps that dropped nothing are left out, but for the last; one that is new to the UI stands where the others end. */
export function passages(considered: { step: string }[]): Passage[] {
    const counts = new Map<string, number>();
    for (const { step } of considered) {
        counts.set(step, (counts.get(step) ?? 0) + 1);
    }
    const known = steps.filter((step) => step !== 'shown');
    const order = [...known, ...[...counts.keys()].filter((step) => !steps.includes(step))];
    let left = considered.length;
    const result: Passage[] = [];
    for (const step of order) {
        const out = counts.get(step) ?? 0;
        if (out > 0) {
            left -= out;
            result.push({ step, out, left });
        }
    }
    return [...result, { step: 'shown', out: counts.get('shown') ?? 0, left: counts.get('shown') ?? 0 }];
}
