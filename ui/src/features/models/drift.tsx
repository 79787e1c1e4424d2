import { Alert, Button, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { axisStyle, dayAxis, grid, tooltipStyle } from '@/shared/charts/axes';
import { Chart } from '@/shared/charts/chart';
import type { Palette } from '@/shared/charts/palette';
import { tip } from '@/shared/charts/tip';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { JobProgress, useJob } from '@/shared/ui/job-progress';
import { ShareBar, StateMark } from '@/shared/ui/marks';
import { Section } from '@/shared/ui/screen';
import { Empty, Failed, Loaded, Stale } from '@/shared/ui/states';
import { type ModelVersion, shortId } from './standing';

type Report = Schemas['DriftReport'];

// Siddiqi 2006, ch. 8: below is stable, from there on drifted.
const stableBelow = 0.1;
const driftedFrom = 0.25;
const oldAfterMs = 7 * 86_400_000;

/** The last measurement of the version that serves; none where only an earlier one was measured. */
export function useDriftNow(champion: ModelVersion | undefined) {
    const { data, isLoading } = $api.useQuery(
        'get',
        '/api/v1/models/{model}/drift',
        { params: { path: { model: champion?.name ?? '' }, query: { limit: '1' } } },
        { enabled: champion !== undefined },
    );
    const [report] = data?.items ?? [];
    return { isLoading, report: report?.version === champion?.version ? report : undefined };
}

export function DriftMark({ level }: { level: Report['level'] }) {
    const { t } = useTranslation();
    const words = { stable: t('stable'), moving: t('moving'), drifted: t('drifted') };
    const tones = { stable: 'ok', moving: 'warning', drifted: 'error' };
    return <StateMark state={tones[level]} label={words[level]} />;
}

/** Whether customers and scores are still as they were when the version came to serve. */
export function Drift({ model, champion }: { model: string; champion: ModelVersion | undefined }) {
    const { t } = useTranslation();
    const drift = $api.useQuery('get', '/api/v1/models/{model}/drift', {
        params: { path: { model }, query: { limit: '90' } },
    });
    const serves = champion !== undefined;
    return (
        <Loaded query={drift} lines={8}>
            {({ items }) => {
                const [newest] = items;
                if (!newest) {
                    return (
                        <Empty
                            title={t('Drift will appear here')}
                            action={serves && <Measure model={model} verb={t('Measure now')} />}
                        >
                            {t(
                                'The first measurement keeps the base as it is; every later one, once a day, is compared with it.',
                            )}
                        </Empty>
                    );
                }
                return (
                    <>
                        {serves && newest.version !== champion.version && (
                            <Alert color="yellow" variant="light" p="xs">
                                {t('Measured on {{version}}: the version that serves has not been measured yet.', {
                                    version: shortId(newest.version),
                                })}
                            </Alert>
                        )}
                        {serves && Date.now() - new Date(newest.measured_at).getTime() > oldAfterMs && (
                            <Stale since={newest.measured_at} />
                        )}
                        <OverTime reports={items} />
                        <Features
                            report={newest}
                            action={serves && <Measure model={model} verb={t('Measure again')} />}
                        />
                    </>
                );
            }}
        </Loaded>
    );
}

function Measure({ model, verb }: { model: string; verb: string }) {
    const may = useMay('jobs');
    const [job, setJob] = useState<string>();
    const start = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/jobs', { body: { kind: 'drift', parameters: { model } as never } })),
        onSuccess: (started) => setJob(started.id),
    });
    if (!may) {
        return null;
    }
    return (
        <div>
            {job ? (
                <Measuring id={job} onEnd={() => setJob(undefined)} />
            ) : (
                <Button size="xs" variant="default" loading={start.isPending} onClick={() => start.mutate()}>
                    {verb}
                </Button>
            )}
            {start.isError && <Failed error={start.error} />}
        </div>
    );
}

function Measuring({ id, onEnd }: { id: string; onEnd: () => void }) {
    const isDone = useJob(id).data?.state === 'succeeded';
    const end = useEffectEvent(onEnd);
    useEffect(() => {
        if (isDone) {
            void changed('/api/v1/models').then(end);
        }
    }, [isDone]);
    return <JobProgress id={id} />;
}

function OverTime({ reports }: { reports: Report[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const option = useCallback(
        (palette: Palette) => {
            const oldestFirst = reports.toReversed();
            const line = (name: string, color: string, type: string, value: (r: Report) => number | null) => ({
                name,
                type: 'line',
                color,
                symbolSize: 6,
                lineStyle: { width: 2, type },
                data: oldestFirst.map((r) => [r.measured_at, value(r)]),
            });
            return {
                grid: { ...grid, top: 32, right: 72 },
                legend: { top: 0, left: 0, textStyle: { color: palette.text } },
                xAxis: dayAxis(palette, format),
                yAxis: {
                    type: 'value',
                    min: 0,
                    max: ({ max }: { max: number }) => Math.max(max, driftedFrom * 1.2),
                    ...axisStyle(palette),
                    axisLabel: { color: palette.quiet, formatter: (v: number) => format.decimal(v) },
                },
                tooltip: {
                    trigger: 'axis',
                    ...tooltipStyle(palette),
                    formatter: (hits: { seriesName: string; color: string; value: [string, number | null] }[]) =>
                        tip(
                            format.dateTime(hits[0]?.value[0] ?? ''),
                            hits.map((h) => ({
                                color: h.color,
                                label: h.seriesName,
                                value: h.value[1] === null ? '–' : format.decimal(h.value[1], 3),
                            })),
                        ),
                },
                series: [
                    {
                        ...line(t('Most moved feature'), palette.quiet, 'dashed', (r) => r.features[0]?.psi ?? null),
                        markLine: {
                            silent: true,
                            symbol: 'none',
                            lineStyle: { color: palette.line, type: 'solid' },
                            label: { color: palette.quiet, formatter: '{b}' },
                            data: [
                                { yAxis: stableBelow, name: t('moving') },
                                { yAxis: driftedFrom, name: t('drifted') },
                            ],
                        },
                    },
                    line(t('Its scores'), palette.accent, 'solid', (r) => r.score_psi),
                ],
            };
        },
        [reports, format, t],
    );
    return (
        <Chart
            question={t('Have the customers moved away from what it learnt?')}
            about={t(
                'Population stability index (PSI) against the base when the version came to serve: below 0.1 stable, from 0.25 on drifted.',
            )}
            height={260}
            option={option}
            table={{
                columns: [t('Measured'), t('Version'), t('Customers'), t('Its scores'), t('Most moved feature'), 'PSI'],
                rows: reports.map((r) => [
                    r.measured_at,
                    shortId(r.version),
                    r.customers,
                    r.score_psi,
                    r.features[0]?.name,
                    r.features[0]?.psi,
                ]),
            }}
        />
    );
}

const most = 20;
/** Less is no movement but rounding. */
const seen = 0.0005;

function Features({ report, action }: { report: Report; action: React.ReactNode }) {
    const { t } = useTranslation();
    const format = useFormat();
    const moved = report.features.filter((feature) => feature.psi >= seen);
    const largest = Math.max(driftedFrom, report.features[0]?.psi ?? 0);
    return (
        <Section
            title={t('Which inputs moved most?')}
            about={t('{{n}} customers, measured {{ago}}, against {{date}}.', {
                n: format.integer(report.customers),
                ago: format.ago(report.measured_at),
                date: format.date(report.reference_as_of),
            })}
            actions={action}
        >
            {moved.length === 0 && <Text className="quiet">{t('None has moved.')}</Text>}
            {moved.length > 0 && (
                <Table.ScrollContainer minWidth={360}>
                    <Table>
                        <Table.Thead>
                            <Table.Tr>
                                <Table.Th>{t('Feature')}</Table.Th>
                                <Table.Th w="45%">PSI</Table.Th>
                                <Table.Th>{t('State')}</Table.Th>
                            </Table.Tr>
                        </Table.Thead>
                        <Table.Tbody>
                            {moved.slice(0, most).map((feature) => (
                                <Table.Tr key={feature.name}>
                                    <Table.Td>
                                        <code>{feature.name}</code>
                                    </Table.Td>
                                    <Table.Td>
                                        <ShareBar
                                            share={feature.psi / largest}
                                            label={format.decimal(feature.psi, 3)}
                                        />
                                    </Table.Td>
                                    <Table.Td>
                                        <DriftMark level={levelOf(feature.psi)} />
                                    </Table.Td>
                                </Table.Tr>
                            ))}
                        </Table.Tbody>
                    </Table>
                </Table.ScrollContainer>
            )}
        </Section>
    );
}

function levelOf(psi: number): Report['level'] {
    if (psi >= driftedFrom) {
        return 'drifted';
    }
    return psi >= stableBelow ? 'moving' : 'stable';
}
