import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import { inkOn } from '@/shared/charts/ink';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { useNames } from '@/shared/ui/names';
import { Empty, Loaded } from '@/shared/ui/states';

type Cell = Schemas['RfmCell'];

export function RfmMap({ currency }: { currency: string }) {
    const cells = $api.useQuery('get', '/api/v1/value/rfm');
    return (
        <Loaded query={cells} lines={8}>
            {(data) => <Drawn cells={data.items} currency={currency} />}
        </Loaded>
    );
}

function Drawn({ cells, currency }: { cells: Cell[]; currency: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const option = useCallback(
        (palette: Palette) => {
            const most = Math.max(...cells.map((c) => c.customers), 1);
            return {
                grid: { ...grid, right: 8, top: 8 },
                xAxis: {
                    type: 'category',
                    data: ['1', '2', '3', '4', '5'],
                    name: t('Frequency'),
                    nameLocation: 'middle',
                    nameGap: 24,
                    ...axisStyle(palette),
                    splitLine: { show: false },
                },
                yAxis: {
                    type: 'category',
                    data: ['1', '2', '3', '4', '5'],
                    name: t('Recency'),
                    nameLocation: 'middle',
                    nameGap: 20,
                    ...axisStyle(palette),
                    splitLine: { show: false },
                },
                visualMap: { show: false, min: 0, max: most, inRange: { color: palette.ramp } },
                tooltip: {
                    ...tooltipStyle(palette),
                    formatter: (hit: { data: { cell: Cell } }) => {
                        const c = hit.data.cell;
                        return tip(`${names.rfm(c.segment)} · R${c.r} F${c.f}`, [
                            {
                                label: t('Customers'),
                                value: `${format.integer(c.customers)} · ${format.percent(c.share)}`,
                            },
                            { label: t('Revenue of a year'), value: format.money(c.revenue_365d, currency) },
                            { label: t('Mean M'), value: format.decimal(c.mean_m, 1) },
                        ]);
                    },
                },
                series: [
                    {
                        type: 'heatmap',
                        itemStyle: { borderColor: palette.background, borderWidth: 2, borderRadius: 4 },
                        data: cells.map((cell) => ({
                            value: [cell.f - 1, cell.r - 1, cell.customers],
                            cell,
                            label: {
                                show: true,
                                formatter: format.compact(cell.customers),
                                color: inkOn(palette.ramp, cell.customers / most),
                                lineHeight: 14,
                            },
                        })),
                    },
                ],
            };
        },
        [cells, currency, format, names, t],
    );
    return (
        <Chart
            question={t('How recently and how often do customers buy?')}
            about={t('Customers by recency and frequency, each from 1 (worst fifth) to 5 (best fifth) of a year.')}
            height={340}
            option={option}
            empty={
                cells.length === 0 ? (
                    <Empty title={t('Fewer than 25 active customers: too few for fifths')} />
                ) : undefined
            }
            table={{
                columns: ['R', 'F', t('RFM segment'), t('Customers'), t('Share'), t('Revenue of a year'), t('Mean M')],
                rows: cells.map((c) => [
                    c.r,
                    c.f,
                    names.rfm(c.segment),
                    c.customers,
                    c.share,
                    c.revenue_365d,
                    c.mean_m,
                ]),
            }}
        />
    );
}
