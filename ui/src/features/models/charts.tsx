import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { Columns } from '@/shared/ui/screen';
import { Curve, type Drawn } from './curves';
import { type Bin, type CurvePoint, type Metrics, roundUp } from './metrics';

/** A version's figures under the name that legends give it. */
export interface Named {
    label: string;
    metrics: Metrics;
}

const corner: CurvePoint = { x: 0, y: 0 };
const diagonal: [CurvePoint, CurvePoint] = [corner, { x: 1, y: 1 }];
const level: [CurvePoint, CurvePoint] = [
    { x: 0, y: 1 },
    { x: 1, y: 1 },
];

const drawnBy = (versions: Named[], points: (metrics: Metrics) => CurvePoint[]): Drawn[] =>
    versions.map((v) => ({ label: v.label, points: points(v.metrics) })).filter((d) => d.points.length > 0);

const placesOf = (bins: Bin[]): CurvePoint[] => bins.map((b) => ({ x: b.predicted, y: b.actual }));

/** What the kind of model has: ranking and calibration of a probability, tenths of an amount. */
export function Charts({ versions }: { versions: Named[] }) {
    const { t } = useTranslation();
    const roc = useMemo(() => drawnBy(versions, (m) => m.roc), [versions]);
    const gain = useMemo(() => drawnBy(versions, (m) => m.gain), [versions]);
    const lift = useMemo(() => drawnBy(versions, (m) => m.lift), [versions]);
    return (
        <Columns>
            <Said versions={versions} />
            {gain.length > 0 && (
                <Curve
                    question={t('How many are found by asking the best first?')}
                    about={t('Gain: customers from the highest prediction down. The thin line is chance.')}
                    x={t('Share of the customers')}
                    y={t('Found')}
                    chance={diagonal}
                    drawn={gain}
                />
            )}
            {lift.length > 0 && (
                <Curve
                    question={t('How much better than chance is the top?')}
                    about={t('Lift: how often it came true among those, against all. 1 is chance.')}
                    x={t('Share of the customers')}
                    y={t('Lift')}
                    chance={level}
                    drawn={lift}
                    isTimes
                />
            )}
            {roc.length > 0 && (
                <Curve
                    question={t('How well does it tell who will from who will not?')}
                    about={t('ROC: the nearer to the upper left corner, the better. The thin line is chance.')}
                    x={t('False alarms')}
                    y={t('Found')}
                    chance={diagonal}
                    drawn={roc}
                />
            )}
        </Columns>
    );
}

/** Calibration: tenths of the test rows, said against came true. */
function Said({ versions }: { versions: Named[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const isAmount = versions.some((v) => v.metrics.deciles.length > 0);
    const drawn = useMemo(() => drawnBy(versions, (m) => placesOf([...m.bins, ...m.deciles])), [versions]);
    const most = roundUp(Math.max(0, ...drawn.flatMap((d) => d.points.flatMap((p) => [p.x, p.y]))));
    const perfect = useMemo((): [CurvePoint, CurvePoint] => [corner, { x: most, y: most }], [most]);
    if (drawn.length === 0) {
        return null;
    }
    return (
        <Curve
            question={t('Does what it says come true?')}
            about={t('Tenths of the test rows: the nearer to the line, the better calibrated.')}
            x={t('Predicted')}
            y={t('Came true')}
            chance={perfect}
            drawn={drawn}
            isDots
            most={most}
            axis={isAmount ? format.compact : undefined}
        />
    );
}
