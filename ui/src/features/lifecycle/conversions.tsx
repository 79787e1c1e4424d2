import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import { inkOn } from '@/shared/charts/ink';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { stages as usual } from '@/shared/theme/meaning';
import { useNames } from '@/shared/ui/names';
import { Empty, Loaded } from '@/shared/ui/states';
import type { Range } from './range';

type Conversion = Schemas['Conversion'];

export function Conversions({ range }: { range: Range }) {
    const conversions = $api.useQuery('get', '/api/v1/lifecycle/conversions', { params: { query: range } });
    return (
        <Loaded query={conversions} lines={8}>
            {(data) => <Matrix items={data.items} />}
        </Loaded>
    );
}

function Matrix({ items }: { items: Conversion[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const { rows, columns } = useMemo(() => {
        const order = (a: string, b: string) => usual.findIndex((s) => s === a) - usual.findIndex((s) => s === b);
        const to = [...new Set(items.map((c) => c.to ?? ''))].toSorted(order);
        return {
            rows: [...new Set(items.map((c) => c.from))].toSorted(order),
            columns: [...to.filter((s) => s !== ''), ...(to.includes('') ? [''] : [])],
        };
    }, [items]);
    const target = useCallback((to: string | null) => (to ? names.stage(to) : t('Gone')), [names, t]);
    const option = useCallback(
        (palette: Palette) => ({
            grid: { ...grid, right: 8, top: 28 },
            xAxis: {
                type: 'category',
                position: 'top',
                data: columns.map(target),
                ...axisStyle(palette),
                splitLine: { show: false },
                axisLabel: { color: palette.quiet, interval: 0, rotate: columns.length > 5 ? 20 : 0 },
            },
            yAxis: {
                type: 'category',
                inverse: true,
                data: rows.map((r) => names.stage(r)),
                ...axisStyle(palette),
                splitLine: { show: false },
            },
            visualMap: { show: false, min: 0, max: 1, inRange: { color: palette.ramp } },
            tooltip: {
                ...tooltipStyle(palette),
                formatter: (hit: { data: { conversion: Conversion } }) => {
                    const c = hit.data.conversion;
                    return tip(`${names.stage(c.from)} → ${target(c.to)}`, [
                        { label: t('Customers'), value: format.integer(c.customers) },
                        { label: t('Of those who left'), value: format.percent(c.share_of_exits) },
                        { label: t('Of all who were there'), value: format.percent(c.share_of_stays) },
                    ]);
                },
            },
            series: [
                {
                    type: 'heatmap',
                    itemStyle: { borderColor: palette.background, borderWidth: 2, borderRadius: 4 },
                    data: items.map((conversion) => ({
                        value: [
                            columns.indexOf(conversion.to ?? ''),
                            rows.indexOf(conversion.from),
                            conversion.share_of_exits,
                        ],
                        conversion,
                        label: {
                            show: true,
                            formatter: format.percent(conversion.share_of_exits, 0),
                            color: inkOn(palette.ramp, conversion.share_of_exits),
                        },
                    })),
                },
            ],
        }),
        [items, rows, columns, names, target, format, t],
    );
    return (
        <Chart
            question={t('Which stage comes next?')}
            about={t('Of the customers who left the stage of the row, the share that went to the stage of the column.')}
            height={300}
            option={option}
            empty={items.length === 0 ? <Empty title={t('Nobody left a stage in this period')} /> : undefined}
            table={{
                columns: [t('From'), t('To'), t('Customers'), t('Of those who left'), t('Of all who were there')],
                rows: items.map((c) => [
                    names.stage(c.from),
                    target(c.to),
                    c.customers,
                    c.share_of_exits,
                    c.share_of_stays,
                ]),
            }}
        />
    );
}
