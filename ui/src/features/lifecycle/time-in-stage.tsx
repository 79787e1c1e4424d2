import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { useNames } from '@/shared/ui/names';
import { Columns } from '@/shared/ui/screen';
import { Empty, Loaded } from '@/shared/ui/states';
import type { Range } from './range';
import { survivalSteps } from './survival';

type Durations = Schemas['Durations'];

export function TimeInStage({ range }: { range: Range }) {
    const { t } = useTranslation();
    const names = useNames();
    const { stage } = useSearch({ from: '/shell/lifecycle' });
    const navigate = useNavigate({ from: '/lifecycle' });
    const durations = $api.useQuery('get', '/api/v1/lifecycle/durations', { params: { query: range } });
    return (
        <Loaded query={durations} lines={8}>
            {(data) => {
                const chosen = data.items.find((d) => d.stage === stage) ?? data.items[0];
                if (!chosen) {
                    return <Empty title={t('How long customers stay in a stage will appear here')} />;
                }
                const picker = (
                    <SegmentedControl
                        size="xs"
                        aria-label={t('Stage')}
                        value={chosen.stage}
                        style={{ maxWidth: '100%', overflowX: 'auto' }}
                        data={data.items.map((d) => ({ value: d.stage, label: names.stage(d.stage) }))}
                        onChange={(next) =>
                            void navigate({ search: (old) => ({ ...old, stage: next }), replace: true })
                        }
                    />
                );
                return (
                    <>
                        {picker}
                        <Columns>
                            <Histogram durations={chosen} />
                            <Survival durations={chosen} />
                        </Columns>
                    </>
                );
            }}
        </Loaded>
    );
}

function useQuantiles(d: Durations): string {
    const { t } = useTranslation();
    const format = useFormat();
    if (d.median_days === null) {
        return t('More than half of the stays are still open: the median is not known yet.');
    }
    return t('Half of the stays end within {{median}}; {{n}} stays, {{open}} of them open.', {
        median: format.days(d.median_days),
        n: format.integer(d.stays),
        open: format.integer(d.open),
    });
}

function Histogram({ durations }: { durations: Durations }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const bins = durations.histogram;
    const label = useCallback(
        (bin: Durations['histogram'][number]) =>
            bin.to_days === null
                ? t('{{from}} days or more', { from: format.integer(bin.from_days) })
                : `${format.integer(bin.from_days)}–${format.integer(bin.to_days)}`,
        [t, format],
    );
    const option = useCallback(
        (palette: Palette) => ({
            grid,
            xAxis: {
                type: 'category',
                data: bins.map(label),
                name: t('days'),
                nameLocation: 'middle',
                nameGap: 22,
                ...axisStyle(palette),
                splitLine: { show: false },
            },
            yAxis: { type: 'value', min: 0, ...axisStyle(palette) },
            tooltip: {
                trigger: 'axis',
                ...tooltipStyle(palette),
                formatter: (hits: { dataIndex: number }[]) => {
                    const bin = bins[hits[0]?.dataIndex ?? 0];
                    return bin
                        ? tip(label(bin), [
                              { label: t('Ended'), value: format.integer(bin.ended) },
                              { label: t('Still open'), value: format.integer(bin.open) },
                          ])
                        : '';
                },
            },
            series: [
                {
                    name: t('Ended'),
                    type: 'bar',
                    stack: 'all',
                    color: palette.stage(durations.stage),
                    data: bins.map((b) => b.ended),
                    barCategoryGap: '8%',
                },
                {
                    name: t('Still open'),
                    type: 'bar',
                    stack: 'all',
                    color: palette.stage(durations.stage),
                    itemStyle: { opacity: 0.35 },
                    data: bins.map((b) => b.open),
                },
            ],
        }),
        [bins, durations.stage, label, format, t],
    );
    return (
        <Chart
            question={t('How long do customers stay in {{stage}}?', { stage: names.stage(durations.stage) })}
            about={t('Paler: stays that are still open.')}
            height={240}
            option={option}
            table={{
                columns: [t('Days'), t('Ended'), t('Still open')],
                rows: bins.map((b) => [label(b), b.ended, b.open]),
            }}
        />
    );
}

function Survival({ durations }: { durations: Durations }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const points = useMemo(() => survivalSteps(durations), [durations]);
    const quantiles = useQuantiles(durations);
    const option = useCallback(
        (palette: Palette) => ({
            grid,
            xAxis: {
                type: 'value',
                min: 0,
                name: t('days'),
                nameLocation: 'middle',
                nameGap: 22,
                ...axisStyle(palette),
                splitLine: { show: false },
            },
            yAxis: {
                type: 'value',
                min: 0,
                max: 1,
                ...axisStyle(palette),
                axisLabel: { color: palette.quiet, formatter: (v: number) => format.percent(v, 0) },
            },
            tooltip: {
                trigger: 'axis',
                ...tooltipStyle(palette),
                formatter: (hits: { dataIndex: number }[]) => {
                    const point = points[hits[0]?.dataIndex ?? 0];
                    return point
                        ? tip(format.days(point.days), [
                              { label: t('Still in the stage'), value: format.percent(point.share) },
                              { label: t('Watched until then'), value: format.integer(point.at_risk) },
                          ])
                        : '';
                },
            },
            series: [
                {
                    type: 'line',
                    step: 'end',
                    symbol: 'none',
                    color: palette.stage(durations.stage),
                    areaStyle: { opacity: 0.12 },
                    data: points.map((p) => [p.days, p.share]),
                    markLine:
                        durations.median_days === null
                            ? undefined
                            : {
                                  symbol: 'none',
                                  silent: true,
                                  lineStyle: { color: palette.quiet, type: 'dashed' },
                                  label: { formatter: t('median'), color: palette.quiet },
                                  data: [{ xAxis: durations.median_days }],
                              },
                },
            ],
        }),
        [points, durations, format, t],
    );
    return (
        <Chart
            question={t('What share is still in {{stage}} after so many days?', {
                stage: names.stage(durations.stage),
            })}
            about={quantiles}
            summary={quantiles}
            height={240}
            option={option}
            table={{
                columns: [t('Days'), t('Still in the stage'), t('Watched until then'), t('Ended')],
                rows: points.map((p) => [p.days, p.share, p.at_risk, p.ended]),
            }}
        />
    );
}
