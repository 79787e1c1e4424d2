import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { axisStyle, tooltipStyle, withLegend } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { useNames } from '@/shared/ui/names';
import { historyOf, outcomes } from './history';
import type { Run } from './sync-screen';

/** The last runs, oldest first: how much each added, changed, withdrew and rejected; dry runs paler. */
export function RunsChart({ runs: latest }: { runs: Run[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const navigate = useNavigate();
    const runs = useMemo(() => historyOf(latest), [latest]);
    const titles = useMemo(
        () => ({ created: t('Added'), updated: t('Changed'), withdrawn: t('Withdrawn'), rejected: t('Rejected') }),
        [t],
    );
    const mode = useCallback((run: Run) => (run.mode === 'dry_run' ? t('Dry run') : t('Applies')), [t]);
    const option = useCallback(
        (palette: Palette) => {
            const colors = {
                created: palette.accent,
                updated: palette.ramp[1],
                withdrawn: palette.danger,
                rejected: palette.quiet,
            };
            return {
                ...withLegend(palette),
                xAxis: {
                    type: 'category',
                    data: runs.map((run) => run.id),
                    ...axisStyle(palette),
                    axisLabel: {
                        color: palette.quiet,
                        hideOverlap: true,
                        lineHeight: 16,
                        formatter: (_: string, i: number) => {
                            const run = runs[i];
                            return run ? `${run.source}\n${format.day(Date.parse(run.created_at))}` : '';
                        },
                    },
                    splitLine: { show: false },
                },
                yAxis: { type: 'value', min: 0, minInterval: 1, ...axisStyle(palette) },
                tooltip: {
                    trigger: 'axis',
                    ...tooltipStyle(palette),
                    formatter: (hits: { dataIndex: number }[]) => {
                        const run = runs[hits[0]?.dataIndex ?? 0];
                        return run
                            ? tip(`${run.source} · ${format.dateTime(run.created_at)}`, [
                                  { label: mode(run), value: names.state(run.state) },
                                  ...outcomes.map((name) => ({
                                      color: colors[name],
                                      label: titles[name],
                                      value: format.integer(run[name]),
                                  })),
                              ])
                            : '';
                    },
                },
                series: outcomes.map((name) => ({
                    type: 'bar',
                    stack: 'run',
                    barMaxWidth: 36,
                    name: titles[name],
                    color: colors[name],
                    data: runs.map((run) => ({
                        value: run[name],
                        run: run.id,
                        itemStyle: { opacity: run.mode === 'dry_run' ? 0.4 : 1 },
                    })),
                })),
            };
        },
        [runs, format, names, titles, mode],
    );
    return (
        <Chart
            question={t('How much did each run change?')}
            about={t('The last {{n}} runs, the oldest first; dry runs are paler. A click opens the run.', {
                n: runs.length,
            })}
            height={220}
            option={option}
            onPoint={({ data }) => {
                const { run } = data as { run: string };
                void navigate({ to: '/sync/runs/$run', params: { run } });
            }}
            table={{
                columns: [t('Source'), t('Started'), t('Mode'), t('State'), ...outcomes.map((name) => titles[name])],
                rows: runs.map((run) => [
                    run.source,
                    run.created_at,
                    mode(run),
                    names.state(run.state),
                    ...outcomes.map((name) => run[name]),
                ]),
            }}
        />
    );
}
