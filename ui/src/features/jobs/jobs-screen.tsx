import { Button, Menu, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { Fact } from '@/shared/ui/confirm';
import { isOver, type Job, JobProgress, shareDone, useJob } from '@/shared/ui/job-progress';
import { JsonBlock } from '@/shared/ui/json-block';
import { ShareBar, StateMark } from '@/shared/ui/marks';
import { done, failed } from '@/shared/ui/notify';
import { useNames } from '@/shared/ui/names';
import { Screen } from '@/shared/ui/screen';
import { SidePanel } from '@/shared/ui/side-panel';
import { Empty, Failed } from '@/shared/ui/states';

export function JobsScreen() {
    const { t } = useTranslation();
    const { open } = useSearch({ from: '/shell/jobs' });
    const navigate = useNavigate({ from: '/jobs' });
    const jobs = $api.useQuery(
        'get',
        '/api/v1/jobs',
        { params: { query: { limit: 200 } } },
        {
            refetchInterval: (query) =>
                (query.state.data as { items: Job[] } | undefined)?.items.every(isOver) ? 30_000 : 3_000,
        },
    );
    const columns = useColumns();
    const show = (id: string | undefined) => void navigate({ search: { open: id }, replace: true });
    return (
        <Screen
            title={t('Jobs')}
            about={t('Long work: what runs, what waits, and what came of it.')}
            actions={<StartMenu onStarted={show} />}
            panel={open && <JobPanel key={open} id={open} onClose={() => show(undefined)} />}
        >
            {jobs.isError && !jobs.data ? (
                <Failed error={jobs.error} onRetry={() => void jobs.refetch()} />
            ) : (
                <DataTable
                    name={t('Jobs')}
                    columns={columns}
                    rows={jobs.data?.items ?? none}
                    rowId={(job) => job.id}
                    isLoading={jobs.isLoading}
                    onOpen={(job) => show(job.id)}
                    openId={open}
                    empty={
                        <Empty title={t('Jobs will appear here')}>
                            {t('Training, syncs, features, stages and value run as jobs.')}
                        </Empty>
                    }
                />
            )}
        </Screen>
    );
}

const none: Job[] = [];

function useColumns(): Column<Job>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    return useMemo(
        () => [
            { id: 'kind', title: t('Kind'), value: (j) => j.kind, cell: (j) => names.job(j.kind), width: 150 },
            {
                id: 'state',
                title: t('State'),
                value: (j) => j.state,
                cell: (j) => <StateMark state={j.state} />,
                width: 110,
            },
            {
                id: 'progress',
                title: t('Progress'),
                value: (j) => shareDone(j),
                cell: (j) => <ShareBar share={shareDone(j)} label={format.percent(shareDone(j), 0)} />,
                width: 150,
            },
            { id: 'note', title: t('Says'), value: (j) => j.error || (j.finished_at ? '' : j.note), width: 260 },
            { id: 'created_by', title: t('Started by'), value: (j) => j.created_by, width: 140 },
            {
                id: 'created_at',
                title: t('Started'),
                value: (j) => j.created_at,
                cell: (j) => format.ago(j.created_at),
                width: 130,
            },
            {
                id: 'took',
                title: t('Took'),
                value: (j) => tookSeconds(j),
                cell: (j) => (tookSeconds(j) === null ? '–' : format.duration(tookSeconds(j) ?? 0)),
                align: 'end',
                width: 90,
            },
        ],
        [t, format, names],
    );
}

function tookSeconds(job: Job): number | null {
    return job.started_at && job.finished_at ? (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000 : null;
}

function StartMenu({ onStarted }: { onStarted: (id: string) => void }) {
    const { t } = useTranslation();
    const mayStart = useMay('jobs');
    if (!mayStart) {
        return null;
    }
    const kinds = { features: t('Compute the features'), value: t('Work out value'), lifecycle: t('Work out stages') };
    const start = async (kind: string) => {
        try {
            const { data } = await api.POST('/api/v1/jobs', { body: { kind, parameters: {} as never } });
            await changed('/api/v1/jobs');
            if (data) {
                onStarted(data.id);
                done(t('The job is queued.'));
            }
        } catch (error) {
            failed(error);
        }
    };
    return (
        <Menu position="bottom-end">
            <Menu.Target>
                <Button>{t('Start a job')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
                {Object.entries(kinds).map(([kind, label]) => (
                    <Menu.Item key={kind} onClick={() => void start(kind)}>
                        {label}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

function JobPanel({ id, onClose }: { id: string; onClose: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const job = useJob(id);
    return (
        <SidePanel title={job.data ? names.job(job.data.kind) : t('Job')} onClose={onClose}>
            <JobProgress id={id} />
            {job.data && (
                <Stack gap="sm" component="dl" m={0}>
                    <Fact label={t('Started by')}>
                        <bdi>{job.data.created_by}</bdi> · <bdi>{format.dateTime(job.data.created_at)}</bdi>
                    </Fact>
                    <Fact label={t('Parameters')}>
                        <JsonBlock value={job.data.parameters} />
                    </Fact>
                    {job.data.result !== null && (
                        <Fact label={t('Result')}>
                            <JsonBlock value={job.data.result} />
                        </Fact>
                    )}
                </Stack>
            )}
        </SidePanel>
    );
}
