import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { axisStyle, tooltipStyle, withLegend } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { type Column, DataTable } from '@/shared/table/data-table';
import { valueColor } from '@/shared/theme/meaning';
import { ShareBar, ValueMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Columns, Section } from '@/shared/ui/screen';

type Summary = Schemas['ValueSummary'];
type Segment = Schemas['SegmentTotals'];

export function Segments({ summary }: { summary: Summary }) {
    return (
        <Columns>
            <Shares summary={summary} />
            <SegmentTable summary={summary} />
        </Columns>
    );
}

function Shares({ summary }: { summary: Summary }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const option = useCallback(
        (palette: Palette) => {
            const bars = [t('Customers'), t('Revenue of a year')];
            return {
                ...withLegend(palette),
                xAxis: {
                    type: 'value',
                    min: 0,
                    max: 1,
                    ...axisStyle(palette),
                    axisLabel: { color: palette.quiet, formatter: (v: number) => format.percent(v, 0) },
                },
                yAxis: {
                    type: 'category',
                    inverse: true,
                    data: bars,
                    ...axisStyle(palette),
                    axisLabel: { color: palette.text },
                },
                tooltip: {
                    ...tooltipStyle(palette),
                    formatter: (hit: { data: { segment: Segment } }) => {
                        const s = hit.data.segment;
                        return tip(names.segment(s.segment), [
                            {
                                label: t('Customers'),
                                value: `${format.integer(s.customers)} · ${format.percent(s.share)}`,
                            },
                            {
                                label: t('Revenue of a year'),
                                value: [
                                    format.money(s.revenue_365d, summary.currency),
                                    format.percent(s.revenue_share),
                                ].join(' · '),
                            },
                        ]);
                    },
                },
                series: summary.segments.map((s) => ({
                    name: names.segment(s.segment),
                    type: 'bar',
                    stack: 'all',
                    color: palette.value(s.segment),
                    barWidth: 36,
                    itemStyle: { borderColor: palette.background, borderWidth: 1 },
                    data: [
                        { value: s.share, segment: s },
                        { value: s.revenue_share, segment: s },
                    ],
                })),
            };
        },
        [summary, format, names, t],
    );
    return (
        <Chart
            question={t('Who brings the revenue?')}
            height={190}
            option={option}
            table={{
                columns: [
                    t('Value segment'),
                    t('Customers'),
                    t('Share'),
                    t('Revenue of a year'),
                    t('Share of revenue'),
                ],
                rows: summary.segments.map((s) => [
                    names.segment(s.segment),
                    s.customers,
                    s.share,
                    s.revenue_365d,
                    s.revenue_share,
                ]),
            }}
        />
    );
}

function SegmentTable({ summary }: { summary: Summary }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const { currency } = summary;
    const columns = useMemo<Column<Segment>[]>(
        () => [
            {
                id: 'segment',
                title: t('Value segment'),
                value: (s) => names.segment(s.segment),
                cell: (s) => <ValueMark segment={s.segment} />,
                width: 132,
            },
            {
                id: 'customers',
                title: t('Customers'),
                value: (s) => s.customers,
                cell: (s) => format.integer(s.customers),
                align: 'end',
                width: 88,
            },
            {
                id: 'revenue_share',
                title: t('Share of revenue'),
                value: (s) => s.revenue_share,
                cell: (s) => (
                    <ShareBar
                        share={s.revenue_share}
                        label={format.percent(s.revenue_share)}
                        color={valueColor(s.segment)}
                    />
                ),
                align: 'end',
                width: 124,
            },
            {
                id: 'mean',
                title: t('Mean revenue'),
                value: (s) => s.mean_revenue_365d,
                cell: (s) => format.money(s.mean_revenue_365d, currency),
                align: 'end',
                width: 108,
            },
            {
                id: 'ltv',
                title: t('Mean predicted value'),
                value: (s) => s.mean_predicted_ltv,
                cell: (s) => (s.mean_predicted_ltv === null ? '–' : format.money(s.mean_predicted_ltv, currency)),
                align: 'end',
                width: 150,
            },
            {
                id: 'score',
                title: t('Mean score'),
                value: (s) => s.mean_score,
                cell: (s) => format.decimal(s.mean_score, 1),
                align: 'end',
                width: 100,
            },
        ],
        [t, format, names, currency],
    );
    return (
        <Section title={t('What is each segment worth?')}>
            <DataTable
                name={t('Value segments')}
                columns={columns}
                rows={summary.segments}
                rowId={(s) => s.segment}
                height={260}
            />
        </Section>
    );
}
