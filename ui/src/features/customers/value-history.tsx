import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { axisStyle, dayAxis, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';

export function ValueHistory({ value }: { value: Schemas['CustomerValue'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const points = useMemo(() => value.history.toSorted((a, b) => a.at.localeCompare(b.at)), [value.history]);
    const option = useCallback(
        (palette: Palette) => ({
            grid,
            xAxis: dayAxis(palette, format),
            yAxis: { type: 'value', min: 0, max: 100, ...axisStyle(palette) },
            tooltip: {
                trigger: 'axis',
                ...tooltipStyle(palette),
                formatter: (hits: { dataIndex: number }[]) => {
                    const point = points[hits[0]?.dataIndex ?? 0];
                    return point
                        ? tip(format.date(point.at), [
                              { label: t('Value score'), value: format.decimal(point.value_score, 1) },
                              {
                                  label: t('Revenue of a year'),
                                  value:
                                      point.revenue_365d === null
                                          ? '–'
                                          : format.money(point.revenue_365d, value.currency),
                              },
                          ])
                        : '';
                },
            },
            series: [
                {
                    type: 'line',
                    step: 'end',
                    symbolSize: 6,
                    color: palette.accent,
                    data: points.map((p) => [p.at, p.value_score]),
                },
            ],
        }),
        [points, format, t, value.currency],
    );
    return (
        <Chart
            question={t('How has this customer’s value changed?')}
            height={220}
            option={option}
            table={{
                columns: [t('Date'), t('Value score'), t('Value segment'), t('RFM segment'), t('Revenue of a year')],
                rows: points.map((p) => [p.at, p.value_score, p.value_segment, p.rfm_segment, p.revenue_365d]),
            }}
        />
    );
}
