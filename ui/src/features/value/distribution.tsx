import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { Empty, Loaded } from '@/shared/ui/states';

type Spread = Schemas['Spread'];

export function Distribution({ currency }: { currency: string }) {
    const { of = 'lifetime_value' } = useSearch({ from: '/shell/value' });
    const spread = $api.useQuery('get', '/api/v1/value/distribution', { params: { query: { of } } });
    return (
        <Loaded query={spread} lines={8}>
            {(data) => <Drawn spread={data} currency={currency} of={of} />}
        </Loaded>
    );
}

function Drawn({ spread, currency, of }: { spread: Spread; currency: string; of: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const navigate = useNavigate({ from: '/value' });
    const { deciles } = spread;
    const option = useCallback(
        (palette: Palette) => ({
            grid,
            xAxis: {
                type: 'category',
                data: deciles.map((d) => String(d.decile)),
                name: t('Tenth of the customers, the best last'),
                nameLocation: 'middle',
                nameGap: 24,
                ...axisStyle(palette),
                splitLine: { show: false },
            },
            yAxis: {
                type: 'value',
                min: 0,
                ...axisStyle(palette),
                axisLabel: { color: palette.quiet, formatter: (v: number) => format.percent(v, 0) },
            },
            tooltip: {
                trigger: 'axis',
                ...tooltipStyle(palette),
                formatter: (hits: { dataIndex: number }[]) => {
                    const d = deciles[hits[0]?.dataIndex ?? 0];
                    return d
                        ? tip(t('Tenth {{n}}', { n: d.decile }), [
                              { label: t('Share of all value'), value: format.percent(d.share) },
                              { label: t('Mean'), value: format.money(d.mean, currency) },
                              {
                                  label: t('From – to'),
                                  value: `${format.money(d.lowest, currency)} – ${format.money(d.highest, currency)}`,
                              },
                              { label: t('Customers'), value: format.integer(d.customers) },
                          ])
                        : '';
                },
            },
            series: [
                {
                    type: 'bar',
                    color: palette.accent,
                    barCategoryGap: '12%',
                    label: {
                        show: true,
                        position: 'top',
                        color: palette.quiet,
                        fontSize: 11,
                        formatter: (hit: { value: number }) => format.percent(hit.value, 0),
                    },
                    data: deciles.map((d) => d.share),
                },
            ],
        }),
        [deciles, currency, format, t],
    );
    return (
        <Chart
            question={t('How is the value spread over the customers?')}
            about={
                spread.customers > 0 &&
                t('Half of the customers have {{median}} or less; Gini {{gini}} (0: all alike, 1: one has all).', {
                    median: format.money(spread.median, currency),
                    gini: format.decimal(spread.gini),
                })
            }
            height={340}
            option={option}
            controls={
                <NativeSelect
                    size="xs"
                    aria-label={t('Which value')}
                    value={of}
                    onChange={(e) =>
                        void navigate({
                            search: (old) => ({ ...old, of: e.currentTarget.value as 'lifetime_value' }),
                            replace: true,
                        })
                    }
                    data={[
                        { value: 'lifetime_value', label: t('Lifetime value') },
                        { value: 'predicted_ltv', label: t('Predicted value') },
                        { value: 'revenue_365d', label: t('Revenue of a year') },
                    ]}
                />
            }
            empty={
                spread.customers === 0 ? (
                    <Empty title={t('Nobody has this value yet')}>
                        {t('A predicted value needs a model that serves.')}
                    </Empty>
                ) : undefined
            }
            table={{
                columns: [t('Tenth'), t('Customers'), t('Lowest'), t('Highest'), t('Mean'), t('Share of all value')],
                rows: deciles.map((d) => [d.decile, d.customers, d.lowest, d.highest, d.mean, d.share]),
            }}
        />
    );
}
