import { SegmentedControl } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { axisStyle, dayAxis, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { stages as usual } from '@/shared/theme/meaning';
import { useNames } from '@/shared/ui/names';
import { Loaded } from '@/shared/ui/states';
import type { Range } from './range';

type Point = Schemas['SeriesPoint'];

/** The stages of the data, the usual ones first and in their order. */
function stagesOf(points: Point[]): string[] {
    const there = new Set(points.flatMap((p) => Object.keys(p.customers)));
    return [...usual.filter((s) => there.has(s)), ...[...there].filter((s) => !usual.some((u) => u === s))];
}

export function SeriesChart({ range }: { range: Range }) {
    const series = $api.useQuery('get', '/api/v1/lifecycle/series', { params: { query: range } });
    return (
        <Loaded query={series} lines={8}>
            {(data) => <Drawn points={data.items} />}
        </Loaded>
    );
}

function Drawn({ points }: { points: Point[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const [mode, setMode] = useState('number');
    const stages = useMemo(() => stagesOf(points), [points]);
    const option = useCallback(
        (palette: Palette) => {
            const totals = points.map((p) => stages.reduce((sum, s) => sum + (p.customers[s] ?? 0), 0));
            const share = mode === 'share';
            return {
                grid: { ...grid, top: 36 },
                legend: {
                    top: 0,
                    left: 0,
                    icon: 'circle',
                    itemWidth: 9,
                    itemHeight: 9,
                    textStyle: { color: palette.text },
                    type: 'scroll',
                },
                xAxis: dayAxis(palette, format),
                yAxis: {
                    type: 'value',
                    min: 0,
                    max: share ? 1 : undefined,
                    ...axisStyle(palette),
                    axisLabel: {
                        color: palette.quiet,
                        formatter: (v: number) => (share ? format.percent(v, 0) : format.compact(v)),
                    },
                },
                tooltip: {
                    trigger: 'axis',
                    ...tooltipStyle(palette),
                    formatter: (hits: { dataIndex: number }[]) => {
                        const at = hits[0]?.dataIndex ?? 0;
                        const point = points[at];
                        return point
                            ? tip(
                                  format.date(point.at),
                                  stages.toReversed().map((s) => ({
                                      color: palette.stage(s),
                                      label: names.stage(s),
                                      value: [
                                          format.integer(point.customers[s] ?? 0),
                                          format.percent((point.customers[s] ?? 0) / Math.max(1, totals[at] ?? 0)),
                                      ].join(' · '),
                                  })),
                              )
                            : '';
                    },
                },
                series: stages.map((s) => ({
                    name: names.stage(s),
                    type: 'line',
                    stack: 'all',
                    areaStyle: { opacity: 0.85 },
                    lineStyle: { width: 0.5, color: palette.background },
                    symbol: 'none',
                    color: palette.stage(s),
                    emphasis: { focus: 'series' },
                    // A day without anybody is before the first run: a gap, and no zeros.
                    data: points
                        .map((p, i) => ({ at: p.at, n: p.customers[s] ?? 0, of: totals[i] ?? 0 }))
                        .map(({ at, n, of }) => [at, of === 0 ? null : share ? n / of : n]),
                })),
            };
        },
        [points, stages, mode, format, names],
    );
    return (
        <Chart
            question={t('How many customers are in each stage, over time?')}
            height={320}
            option={option}
            controls={
                <SegmentedControl
                    size="xs"
                    aria-label={t('Customers or shares')}
                    value={mode}
                    onChange={setMode}
                    data={[
                        { value: 'number', label: t('Customers') },
                        { value: 'share', label: t('Shares') },
                    ]}
                />
            }
            table={{
                columns: [
                    t('Date'),
                    ...stages.flatMap((s) => [
                        names.stage(s),
                        t('{{stage}}: entered', { stage: names.stage(s) }),
                        t('{{stage}}: left', { stage: names.stage(s) }),
                    ]),
                ],
                rows: points.map((p) => [
                    p.at,
                    ...stages.flatMap((s) => [p.customers[s] ?? 0, p.entered[s] ?? 0, p.exited[s] ?? 0]),
                ]),
            }}
        />
    );
}
