// What the API leaves open (`metrics` is any object): read by shape, and what is not there is not shown.
import { z } from 'zod/mini';

const interval = z.object({ value: z.number(), lower: z.number(), upper: z.number() });
export type Interval = z.infer<typeof interval>;

const bin = z.object({ rows_share: z.number(), predicted: z.number(), actual: z.number() });
export type Bin = z.infer<typeof bin>;

const point = z.object({ x: z.number(), y: z.number() });
export type CurvePoint = z.infer<typeof point>;

const kind = z.looseObject({
    rows: z.optional(z.number()),
    calibration_bins: z.optional(z.array(bin)),
    deciles: z.optional(z.array(bin)),
    roc: z.optional(z.array(point)),
    gain: z.optional(z.array(point)),
    lift: z.optional(z.array(point)),
});
const shape = z.looseObject({
    binary: z.optional(z.nullable(kind)),
    amount: z.optional(z.nullable(kind)),
    classes: z.optional(z.nullable(kind)),
});

export interface Metrics {
    rows: number | null;
    /** Of a probability, by tenths of the test rows. */
    bins: Bin[];
    /** Of an amount, by tenths of the test rows. */
    deciles: Bin[];
    roc: CurvePoint[];
    gain: CurvePoint[];
    lift: CurvePoint[];
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
        bins: found?.calibration_bins ?? [],
        deciles: found?.deciles ?? [],
        roc: found?.roc ?? [],
        gain: found?.gain ?? [],
        lift: found?.lift ?? [],
        intervals,
    };
}

const upliftAt = z.object({ share: z.number(), uplift: interval });
const upliftFigures = z.looseObject({
    treated: z.number(),
    control: z.number(),
    average_effect: interval,
    qini: interval,
    qini_over_response: interval,
    uplift_at: z.array(upliftAt),
    curve: z.array(point),
});
const uplift = z.looseObject({
    words: z.string(),
    passed: z.boolean(),
    verdict: z.string(),
    assignment: z.string(),
    figures: z.optional(z.nullable(upliftFigures)),
});
export type UpliftReport = z.infer<typeof uplift>;
export type UpliftFigures = z.infer<typeof upliftFigures>;

/** What a contact changes, where the version was held against a control group; undefined for models without such. */
export function upliftOf(raw: unknown): UpliftReport | undefined {
    const parsed = uplift.safeParse(raw);
    return parsed.success ? parsed.data : undefined;
}

const baseline = z.object({ name: z.string(), loss: interval, gain: interval });
const condition = z.object({
    name: z.string(),
    passed: z.boolean(),
    words: z.string(),
    facts: z.catch(z.record(z.string(), z.string()), {}),
});
const importance = z.object({ feature: z.string(), gain_share: z.number() });
const gate = z.object({ checks: z.array(condition), warnings: z.catch(z.array(z.string()), []) });
const fit = z.object({ importances: z.array(importance) });
const data = z.looseObject({ test_rows: z.number(), test_from: z.string(), rows: z.number() });

const listOf = <T>(parsed: { success: boolean; data?: T }, otherwise: T): T =>
    parsed.success && parsed.data !== undefined ? parsed.data : otherwise;

const sentence = (words: string): string => words.charAt(0).toLocaleUpperCase() + words.slice(1);

/** The parts of a version's card that screens show. */
export function reportOf(raw: { answers: unknown; data: unknown; baselines: unknown; gate: unknown; fit: unknown }) {
    return {
        answers: typeof raw.answers === 'string' ? sentence(raw.answers) : '',
        data: listOf<z.infer<typeof data> | undefined>(data.safeParse(raw.data), undefined),
        baselines: listOf(z.array(baseline).safeParse(raw.baselines), []),
        gate: listOf(gate.safeParse(raw.gate), { checks: [], warnings: [] }),
        importances: listOf(fit.safeParse(raw.fit), { importances: [] }).importances,
    };
}

/** The end of an axis: the next half of the leading digit. */
export function roundUp(value: number): number {
    if (value <= 0) {
        return 1;
    }
    const unit = 10 ** Math.floor(Math.log10(value)) / 2;
    return Math.ceil(value / unit) * unit;
}

/** Decimals of a measure and its interval: shares and losses have three, amounts of money fewer. */
export function digitsFor(value: number): number {
    const size = Math.abs(value);
    if (size >= 100) {
        return 0;
    }
    return size >= 10 ? 1 : 3;
}
