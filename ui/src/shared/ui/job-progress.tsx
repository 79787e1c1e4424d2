import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schemas } from '@/shared/api/client';
import { changed, queries } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { StateMark } from './marks';
import { useNames } from './names';
import { Failed, Loaded } from './states';

export type Job = Schemas['JobView'];
export const isOver = (job: Job): boolean => ['succeeded', 'failed', 'cancelled'].includes(job.state);

/** How much of it is done, from 0 to 1; a job that succeeded has done all, whatever it counted. */
export function shareDone(job: Pick<Job, 'state' | 'done' | 'total'>): number {
    if (job.state === 'succeeded') {
        return 1;
    }
    return job.total > 0 ? job.done / job.total : 0;
}

const jobKey = (id: string) => ['get', '/api/v1/jobs/{job_id}', { params: { path: { job_id: id } } }];

/** A job while it runs: told by the server as it gets on, and asked for where no stream comes through. */
export function useJob(id: string) {
    const job = $api.useQuery(
        'get',
        '/api/v1/jobs/{job_id}',
        { params: { path: { job_id: id } } },
        { refetchInterval: (query) => (query.state.data && isOver(query.state.data as Job) ? false : 3000) },
    );
    const isRunning = job.data !== undefined && !isOver(job.data);
    useEffect(() => {
        if (!isRunning) {
            return undefined;
        }
        const stream = new EventSource(`/api/v1/jobs/${encodeURIComponent(id)}/stream`);
        stream.addEventListener('job', (event: MessageEvent<string>) =>
            queries.setQueryData(jobKey(id), JSON.parse(event.data) as Job),
        );
        return () => stream.close();
    }, [id, isRunning]);
    return job;
}

export function JobProgress({ id, onCancelled }: { id: string; onCancelled?: () => void }) {
    const { t } = useTranslation();
    const names = useNames();
    const format = useFormat();
    const job = useJob(id);
    const cancel = async () => {
        await api.POST('/api/v1/jobs/{job_id}:cancel', { params: { path: { job_id: id } } });
        await changed('/api/v1/jobs');
        onCancelled?.();
    };
    return (
        <Loaded query={job} lines={2}>
            {(data) => {
                const share = 100 * shareDone(data);
                return (
                    <Stack gap={4} role="status" aria-live="polite">
                        <Group justify="space-between" wrap="nowrap">
                            <Group gap="xs" miw={0}>
                                <StateMark state={data.state} />
                                <Text className="ellipsis">
                                    <bdi>{(!isOver(data) && data.note) || names.job(data.kind)}</bdi>
                                </Text>
                            </Group>
                            {!isOver(data) && (
                                <Button
                                    size="compact-xs"
                                    variant="default"
                                    disabled={data.cancel_requested}
                                    onClick={() => void cancel()}
                                >
                                    {data.cancel_requested ? t('Stopping…') : t('Cancel')}
                                </Button>
                            )}
                        </Group>
                        <Progress
                            value={share}
                            aria-label={t('Progress of {{kind}}', { kind: names.job(data.kind) })}
                            animated={data.state === 'running' && data.total === 0}
                        />
                        <Text className="quiet small num">
                            {data.total > 0 && `${format.integer(data.done)} / ${format.integer(data.total)}`}
                            {data.eta_s !== null &&
                                !isOver(data) &&
                                ` · ${t('{{time}} left', { time: format.duration(data.eta_s) })}`}
                        </Text>
                        {data.error && <Failed error={new Error(data.error)} />}
                    </Stack>
                );
            }}
        </Loaded>
    );
}
