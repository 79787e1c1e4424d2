import { Button, Group, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { isolated } from '@/shared/i18n/i18n';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Said } from '@/shared/told/said';
import { StateMark } from '@/shared/ui/marks';
import { failed } from '@/shared/ui/notify';
import { Screen, Section } from '@/shared/ui/screen';
import { Empty, Failed, Loaded } from '@/shared/ui/states';
import { isOpenEnded, useFollow } from './follow';
import { historyOf } from './history';
import { RunsChart } from './runs-chart';
import { SourceDialog } from './source-dialog';

type Source = Schemas['SyncSource'];
export type Run = Schemas['SyncRun'];
type Sources = { items: Source[] };

const someRuns = (sources: Sources | undefined): boolean =>
    sources?.items.some((source) => source.last_run && isOpenEnded(source.last_run)) ?? false;

export function SyncScreen() {
    const { t } = useTranslation();
    const mayConnect = useMay('connect');
    const [isAdding, setAdding] = useState(false);
    const sources = $api.useQuery(
        'get',
        '/api/v1/sync/sources',
        {},
        { refetchInterval: (query) => (someRuns(query.state.data as Sources | undefined) ? 1500 : false) },
    );
    useFollow(someRuns(sources.data));
    return (
        <Screen
            title={t('Sync')}
            about={t(
                'Offers from elsewhere: each run makes the catalogue follow its source, all at once or not at all.',
            )}
            actions={mayConnect && <Button onClick={() => setAdding(true)}>{t('Add a source')}</Button>}
        >
            <Loaded query={sources}>
                {(data) =>
                    data.items.length === 0 ? (
                        <Empty title={t('Your sources will appear here')}>
                            {t('Connect Xiva, a CRM, or a file that lists offers.')}
                        </Empty>
                    ) : (
                        data.items.map((source) => <SourceCard key={source.name} source={source} />)
                    )
                }
            </Loaded>
            <Runs />
            {isAdding && <SourceDialog onClose={() => setAdding(false)} />}
        </Screen>
    );
}

function SourceCard({ source }: { source: Source }) {
    const { t } = useTranslation();
    const format = useFormat();
    const navigate = useNavigate();
    const mayRun = useMay('operate');
    const start = async (dry_run: boolean) => {
        try {
            const run = await dataOf(
                api.POST('/api/v1/sync/sources/{source}/runs', {
                    params: { path: { source: source.name } },
                    body: { dry_run },
                }),
            );
            await changed('/api/v1/sync');
            await navigate({ to: '/sync/runs/$run', params: { run: run.id } });
        } catch (error) {
            failed(error);
        }
    };
    const last = source.last_run;
    return (
        <Section
            title={source.name}
            about={[
                source.kind,
                source.base_url && isolated(source.base_url),
                source.is_scheduled ? t('every {{time}}', { time: format.duration(source.interval_s) }) : t('by hand'),
            ]
                .filter(Boolean)
                .join(' · ')}
            actions={
                mayRun && (
                    <>
                        <Button size="xs" variant="default" onClick={() => void start(true)}>
                            {t('Dry run')}
                        </Button>
                        <Button size="xs" onClick={() => void start(false)}>
                            {t('Run now')}
                        </Button>
                    </>
                )
            }
        >
            {last ? (
                <Group gap="xs">
                    <StateMark state={last.state} />
                    <Text className="wrap">
                        {t(
                            '{{ago}}: {{created}} added, {{updated}} changed, {{withdrawn}} withdrawn, {{rejected}} rejected',
                            {
                                ago: format.ago(last.created_at),
                                created: format.integer(last.created),
                                updated: format.integer(last.updated),
                                withdrawn: format.integer(last.withdrawn),
                                rejected: format.integer(last.rejected),
                            },
                        )}
                    </Text>
                    {last.reason && (
                        <Text c={last.state === 'failed' ? 'var(--boon-danger)' : undefined} className="wrap">
                            <Said>{last.reason}</Said>
                        </Text>
                    )}
                </Group>
            ) : (
                <Text className="quiet">{t('It has not run yet: a dry run shows what would change.')}</Text>
            )}
        </Section>
    );
}

function Runs() {
    const { t } = useTranslation();
    const format = useFormat();
    const navigate = useNavigate();
    const runs = useList('/api/v1/sync/runs', {}, (cursor) =>
        dataOf(api.GET('/api/v1/sync/runs', { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    );
    const columns = useMemo<Column<Run>[]>(
        () => [
            { id: 'source', title: t('Source'), value: (r) => r.source, width: 120 },
            {
                id: 'state',
                title: t('State'),
                value: (r) => r.state,
                cell: (r) => <StateMark state={r.state} />,
                width: 104,
            },
            {
                id: 'mode',
                title: t('Mode'),
                value: (r) => (r.mode === 'dry_run' ? t('Dry run') : t('Applies')),
                width: 84,
            },
            {
                id: 'created_at',
                title: t('Started'),
                value: (r) => r.created_at,
                cell: (r) => format.dateTime(r.created_at),
                width: 184,
            },
            ...(['created', 'updated', 'withdrawn', 'rejected'] as const).map((name): Column<Run> => ({
                id: name,
                title: {
                    created: t('Added'),
                    updated: t('Changed'),
                    withdrawn: t('Withdrawn'),
                    rejected: t('Rejected'),
                }[name],
                value: (r) => r[name],
                align: 'end',
                width: 88,
            })),
            {
                id: 'reason',
                title: t('Reason'),
                value: (r) => r.reason,
                cell: (r) => <Said>{r.reason}</Said>,
                width: 140,
            },
        ],
        [t, format],
    );
    return (
        <>
            {historyOf(runs.rows).length > 1 && <RunsChart runs={runs.rows} />}
            <Section title={t('What did the last runs do?')}>
                {runs.error ? (
                    <Failed error={runs.error} onRetry={runs.again} />
                ) : (
                    <DataTable
                        name={t('Runs')}
                        columns={columns}
                        rows={runs.rows}
                        rowId={(r) => r.id}
                        isLoading={runs.isLoading}
                        hasMore={runs.hasMore}
                        onMore={runs.more}
                        height={420}
                        onOpen={(r) => void navigate({ to: '/sync/runs/$run', params: { run: r.id } })}
                        empty={<Empty title={t('Runs will appear here')} />}
                    />
                )}
            </Section>
        </>
    );
}
