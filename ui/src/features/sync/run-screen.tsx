import { Alert, Button, List, SegmentedControl, Text } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Confirm } from '@/shared/ui/confirm';
import { JobProgress } from '@/shared/ui/job-progress';
import { LinkButton } from '@/shared/ui/links';
import { Said } from '@/shared/told/said';
import { StateMark } from '@/shared/ui/marks';
import { humane, useNames } from '@/shared/ui/names';
import { done } from '@/shared/ui/notify';
import { Screen } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Empty, Loaded } from '@/shared/ui/states';
import { isOpenEnded, useFollow } from './follow';
import type { Run } from './sync-screen';

type Row = Schemas['SyncRecord'];

export function RunScreen() {
    const { run: id } = useParams({ from: '/shell/sync/runs/$run' });
    const run = $api.useQuery(
        'get',
        '/api/v1/sync/runs/{run}',
        { params: { path: { run: id } } },
        { refetchInterval: (query) => (query.state.data && isOpenEnded(query.state.data as Run) ? 1500 : false) },
    );
    useFollow(run.data !== undefined && isOpenEnded(run.data));
    return <Loaded query={run}>{(data) => <Details run={data} />}</Loaded>;
}

function Details({ run }: { run: Run }) {
    const { t } = useTranslation();
    const format = useFormat();
    const mayRun = useMay('operate');
    const [act, setAct] = useState<'approve' | 'cancel'>();
    const params = { path: { run: run.id } };
    return (
        <Screen
            title={t('Run of {{source}}', { source: run.source })}
            about={
                <>
                    <StateMark state={run.state} /> {format.dateTime(run.created_at)} ·{' '}
                    {run.mode === 'dry_run' ? t('Dry run: nothing is written') : run.started_by}
                </>
            }
            actions={
                <>
                    <LinkButton variant="default" to="/sync">
                        {t('All sources')}
                    </LinkButton>
                    {run.rejected > 0 && (
                        <Button
                            variant="default"
                            component="a"
                            href={`/api/v1/sync/runs/${run.id}/rejects.csv`}
                            download
                        >
                            {t('Rejects as CSV')}
                        </Button>
                    )}
                    {mayRun && run.state === 'needs_approval' && (
                        <>
                            <Button variant="default" onClick={() => setAct('cancel')}>
                                {t('Give it up')}
                            </Button>
                            <Button onClick={() => setAct('approve')}>{t('Approve')}</Button>
                        </>
                    )}
                </>
            }
        >
            {run.reason && (
                <Alert
                    color={run.state === 'failed' ? 'red' : 'yellow'}
                    variant="light"
                    role="alert"
                    className="wrap"
                    title={
                        run.state === 'failed'
                            ? t('The run failed; the catalogue is as it was')
                            : t('The run waits: nothing is written yet')
                    }
                >
                    <Said>{run.reason}</Said>
                </Alert>
            )}
            {isOpenEnded(run) && run.job_id && <JobProgress id={run.job_id} />}
            <StatRow>
                <StatTile
                    label={t('Read')}
                    value={format.integer(run.records)}
                    note={t('{{n}} unchanged', { n: format.integer(run.unchanged) })}
                />
                <StatTile label={t('Added')} value={format.integer(run.created)} />
                <StatTile label={t('Changed')} value={format.integer(run.updated)} />
                <StatTile
                    label={t('Withdrawn')}
                    value={format.integer(run.withdrawn)}
                    note={t('{{n}} of {{all}} live offers leave', {
                        n: format.integer(run.leaving),
                        all: format.integer(run.live_before),
                    })}
                />
                <StatTile label={t('Rejected')} value={format.integer(run.rejected)} />
            </StatRow>
            {run.impact.length > 0 && (
                <List aria-label={t('What else it hits')}>
                    {run.impact.map((hit) => (
                        <List.Item key={hit.what}>{hit.words}</List.Item>
                    ))}
                </List>
            )}
            <Records run={run} />
            <Confirm
                isOpen={act !== undefined}
                onClose={() => setAct(undefined)}
                isDangerous={act === 'approve' && run.withdrawn > 0}
                title={act === 'approve' ? t('Apply what this run staged?') : t('Give this run up?')}
                verb={act === 'approve' ? t('Approve') : t('Give it up')}
                hits={
                    act === 'approve'
                        ? [
                              t('{{n}} offers are withdrawn', { n: format.integer(run.withdrawn) }),
                              ...run.impact.map((hit) => hit.words),
                          ]
                        : []
                }
                act={async () => {
                    await (act === 'approve'
                        ? api.POST('/api/v1/sync/runs/{run}:approve', { params })
                        : api.POST('/api/v1/sync/runs/{run}:cancel', { params }));
                    await changed('/api/v1/sync');
                    done(act === 'approve' ? t('The run is being applied.') : t('The run is given up.'));
                }}
            />
        </Screen>
    );
}

function Records({ run }: { run: Run }) {
    const { t } = useTranslation();
    const outcomeOf = useOutcomes();
    const { outcome } = useSearch({ from: '/shell/sync/runs/$run' });
    const navigate = useNavigate({ from: '/sync/runs/$run' });
    const query = { limit: 100, ...(outcome ? { outcome } : {}) };
    const records = useList('/api/v1/sync/runs/{run}/records', { run: run.id, state: run.state, ...query }, (cursor) =>
        dataOf(
            api.GET('/api/v1/sync/runs/{run}/records', {
                params: { path: { run: run.id }, query: { ...query, ...(cursor ? { cursor } : {}) } },
            }),
        ),
    );
    const columns = useMemo<Column<Row>[]>(
        () => [
            {
                id: 'outcome',
                title: t('Outcome'),
                value: (r) => r.outcome,
                cell: (r) => (
                    <StateMark state={r.outcome === 'rejected' ? 'failed' : r.outcome} label={outcomeOf(r.outcome)} />
                ),
                width: 110,
            },
            { id: 'external_id', title: t('Id there'), value: (r) => r.external_id, width: 150 },
            { id: 'name', title: t('Name'), value: (r) => r.name, width: 200 },
            {
                id: 'what',
                title: t('What changes, or what is wrong'),
                wrap: true,
                width: 420,
                value: (r) =>
                    r.reason ||
                    r.diff
                        .map((d) => `${d.pointer}: ${JSON.stringify(d.before)} → ${JSON.stringify(d.after)}`)
                        .join('; '),
                cell: (r) =>
                    r.reason ? (
                        <Text c="var(--boon-danger)" span>
                            <Said>{r.reason}</Said>
                        </Text>
                    ) : (
                        r.diff
                            .map((d) => {
                                const field = humane(d.pointer.slice(1));
                                return `${field}: ${JSON.stringify(d.before)} → ${JSON.stringify(d.after)}`;
                            })
                            .join('; ')
                    ),
            },
        ],
        [t, outcomeOf],
    );
    return (
        <DataTable
            name={t('Records')}
            columns={columns}
            rows={records.rows}
            rowId={(r) => String(r.ord)}
            isLoading={records.isLoading}
            hasMore={records.hasMore}
            onMore={records.more}
            height={480}
            toolbar={
                <SegmentedControl
                    size="xs"
                    aria-label={t('Outcome')}
                    value={outcome ?? ''}
                    data={[
                        { value: '', label: t('All') },
                        ...['created', 'updated', 'withdrawn', 'rejected'].map((v) => ({
                            value: v,
                            label: outcomeOf(v),
                        })),
                    ]}
                    onChange={(next) => void navigate({ search: { outcome: next || undefined }, replace: true })}
                />
            }
            empty={<Empty title={t('No record changes anything')} />}
        />
    );
}

/** What became of a record, in the words that a run is told in. */
function useOutcomes(): (outcome: string) => string {
    const { t } = useTranslation();
    const names = useNames();
    return useCallback(
        (outcome) => ({ created: t('Added'), updated: t('Changed') })[outcome] ?? names.state(outcome),
        [t, names],
    );
}
