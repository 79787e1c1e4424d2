// What the API leaves open (`metrics` is any object): read by shape, and what is not there is not shown.
import { humane } from '@/shared/ui/names';
import { z } from 'zod/mini';

const interval = z.object({ value: z.number(), lower: z.number(), upper: z.number() });
export type Interval = z.infer<typeof interval>;

const bin = z.object({ rows_share: z.number(), predicted: z.number(), actual: z.number() });
export type CalibrationBin = z.infer<typeof bin>;

const kind = z.looseObject({
    rows: z.optional(z.number()),
    customers: z.optional(z.number()),
    base_rate: z.optional(z.number()),
    calibration_bins: z.optional(z.array(bin)),
});
const shape = z.looseObject({
    binary: z.optional(z.nullable(kind)),
    amount: z.optional(z.nullable(kind)),
    classes: z.optional(z.nullable(kind)),
});

export interface Metrics {
    rows: number | null;
    baseRate: number | null;
    bins: CalibrationBin[];
    /** By the server's name, in its order. */
    intervals: [string, Interval][];
}

export function metricsOf(raw: unknown): Metrics {
    const parsed = shape.safeParse(raw);
    const found = parsed.success ? (parsed.data.binary ?? parsed.data.amount ?? parsed.data.classes) : undefined;
    const intervals = Object.entries(found ?? {}).flatMap(([name, value]): [string, Interval][] => {
        const one = interval.safeParse(value);
        return one.success ? [[name, one.data]] : [];
    });
    return {
        rows: found?.rows ?? null,
        baseRate: found?.base_rate ?? null,
        bins: found?.calibration_bins ?? [],
        intervals,
    };
}

/** `auc` is AUC; the others are words. */
export function measureName(name: string): string {
    return name.length <= 3 ? name.toUpperCase() : humane(name);
}
