import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { axisStyle, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import type { CalibrationBin } from './metrics';

export function Calibration({ bins }: { bins: CalibrationBin[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const option = useCallback(
        (palette: Palette) => {
            const most = Math.max(...bins.flatMap((b) => [b.predicted, b.actual])) * 1.05;
            const percent = { color: palette.quiet, formatter: (v: number) => format.percent(v, 0) };
            return {
                grid: { ...grid, bottom: 28 },
                xAxis: {
                    type: 'value',
                    min: 0,
                    max: most,
                    name: t('Predicted'),
                    nameLocation: 'middle',
                    nameGap: 26,
                    ...axisStyle(palette),
                    axisLabel: percent,
                },
                yAxis: { type: 'value', min: 0, max: most, ...axisStyle(palette), axisLabel: percent },
                tooltip: {
                    ...tooltipStyle(palette),
                    formatter: (hit: { dataIndex: number; seriesType: string }) => {
                        const b = bins[hit.dataIndex];
                        return hit.seriesType === 'scatter' && b
                            ? tip(t('{{share}} of the rows', { share: format.percent(b.rows_share, 0) }), [
                                  { label: t('Predicted'), value: format.percent(b.predicted) },
                                  { label: t('Came true'), value: format.percent(b.actual) },
                              ])
                            : '';
                    },
                },
                series: [
                    {
                        type: 'line',
                        symbol: 'none',
                        silent: true,
                        lineStyle: { color: palette.line, type: 'dashed' },
                        data: [
                            [0, 0],
                            [most, most],
                        ],
                    },
                    {
                        type: 'scatter',
                        symbolSize: 10,
                        color: palette.accent,
                        data: bins.map((b) => [b.predicted, b.actual]),
                    },
                ],
            };
        },
        [bins, format, t],
    );
    return (
        <Chart
            question={t('Does what it says come true?')}
            about={t('Tenths of the test rows: the nearer to the line, the better calibrated.')}
            height={240}
            option={option}
            table={{
                columns: [t('Share of rows'), t('Predicted'), t('Came true')],
                rows: bins.map((b) => [b.rows_share, b.predicted, b.actual]),
            }}
        />
    );
}
