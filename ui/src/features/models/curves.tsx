import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import type { CurvePoint } from './metrics';

/** What one version drew, and what to call it. */
export interface Drawn {
    label: string;
    points: CurvePoint[];
}

interface CurveProps {
    question: string;
    about: string;
    x: string;
    y: string;
    /** What chance would draw. */
    chance: [CurvePoint, CurvePoint];
    drawn: Drawn[];
    /** Of y: a share unless said. */
    isTimes?: boolean;
    /** Single measurements instead of a line. */
    isDots?: boolean;
    /** The end of both axes; 1 unless said. */
    most?: number;
    axis?: (value: number) => string;
    /** The ends of the upright axis, where they are not those of the other. */
    upright?: [number, number];
}

/** One curve a version, the one looked at in full, the other dashed; chance as a thin line. */
export function Curve(props: CurveProps) {
    const { question, about, x, y, chance, drawn, isTimes, isDots, most, axis, upright } = props;
    const { t } = useTranslation();
    const format = useFormat();
    const option = useCallback(
        (palette: Palette) => {
            const share = axis ?? ((v: number) => format.percent(v, 0));
            const yWords = isTimes ? (v: number) => `${format.decimal(v, 1)} ×` : share;
            const exact = axis ?? ((v: number) => format.percent(v));
            const yExact = isTimes ? (v: number) => `${format.decimal(v)} ×` : exact;
            const colors = [palette.accent, palette.quiet];
            return {
                grid: { ...grid, top: drawn.length > 1 ? 32 : 12 },
                legend: {
                    show: drawn.length > 1,
                    top: 0,
                    left: 0,
                    data: drawn.map((d) => d.label),
                    textStyle: { color: palette.text },
                },
                xAxis: {
                    type: 'value',
                    min: 0,
                    max: most ?? 1,
                    name: x,
                    nameLocation: 'middle',
                    nameGap: 26,
                    ...axisStyle(palette),
                    axisLabel: { color: palette.quiet, formatter: share, hideOverlap: true },
                },
                yAxis: {
                    type: 'value',
                    min: upright?.[0] ?? 0,
                    max: isTimes ? undefined : (upright?.[1] ?? most ?? 1),
                    ...axisStyle(palette),
                    axisLabel: { color: palette.quiet, formatter: upright ? exact : yWords },
                },
                tooltip: {
                    ...tooltipStyle(palette),
                    trigger: isDots ? 'item' : 'axis',
                    formatter: (raw: Hit | Hit[]) => {
                        const hits = (Array.isArray(raw) ? raw : [raw]).filter((h) => h.seriesName);
                        const at = hits[0]?.value[0];
                        return at === undefined
                            ? ''
                            : tip(
                                  `${x}: ${exact(at)}`,
                                  hits.map((h) => ({
                                      color: h.color,
                                      label: drawn.length > 1 ? h.seriesName : y,
                                      value: yExact(h.value[1]),
                                  })),
                              );
                    },
                },
                series: [
                    {
                        type: 'line',
                        symbol: 'none',
                        silent: true,
                        tooltip: { show: false },
                        lineStyle: { color: palette.quiet, width: 1, opacity: 0.6 },
                        data: chance.map((p) => [p.x, p.y]),
                    },
                    ...drawn.map((d, i) => ({
                        name: d.label,
                        type: isDots ? 'scatter' : 'line',
                        symbol: isDots ? ['circle', 'emptyCircle'][i] : 'none',
                        symbolSize: 9,
                        color: colors[i],
                        lineStyle: { width: 2, type: i === 0 ? 'solid' : 'dashed' },
                        data: d.points.map((p) => [p.x, p.y]),
                    })),
                ],
            };
        },
        [x, y, chance, drawn, isTimes, isDots, most, axis, upright, format],
    );
    return (
        <Chart
            question={question}
            about={about}
            height={260}
            option={option}
            table={{
                columns: [t('Version'), x, y],
                rows: drawn.flatMap((d) => d.points.map((p) => [d.label, p.x, p.y])),
            }}
        />
    );
}

interface Hit {
    seriesName: string;
    value: [number, number];
    color: string;
}
