import { Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, type Schemas } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import { changed, queries } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { Dialog } from '@/shared/ui/dialog';
import { JsonBlock } from '@/shared/ui/json-block';
import { StateMark } from '@/shared/ui/marks';
import { done } from '@/shared/ui/notify';
import { Failed, Waiting } from '@/shared/ui/states';
import css from './deliveries.module.css';
import type { Webhook } from './webhooks-screen';

type Delivery = Schemas['Delivery'];
type State = Delivery['state'];
/** So often is looked at what is under way, and at what waits for its next try, in milliseconds. */
const lookEvery = 2_000;
const lookSeldom = 15_000;

/** A receiver's messages, the newest first: what became of each, and the way to send it again. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
    const { t } = useTranslation();
    const mayOperate = useMay('operate') && webhook.state === 'active';
    const [state, setState] = useState<State | 'all'>('all');
    const path = { webhook_id: webhook.id };
    const key = `/api/v1/webhooks/${webhook.id}/deliveries`;
    const query = state === 'all' ? {} : { state };
    const list = useList(
        key,
        query,
        (cursor) =>
            dataOf(
                api.GET('/api/v1/webhooks/{webhook_id}/deliveries', {
                    params: { path, query: { ...query, limit: 20, ...(cursor ? { cursor } : {}) } },
                }),
            ),
        (rows) => (rows.some(isUnderWay) ? lookEvery : rows.some((row) => row.state === 'waiting') && lookSeldom),
    );
    const test = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/webhooks/{webhook_id}:test', { params: { path } })),
        onSuccess: () => changed(key),
    });
    const resend = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/webhooks/{webhook_id}:resend', { params: { path } })),
        onSuccess: async ({ messages }) => {
            await changed(key);
            done(t('{{n}} messages wait again.', { n: messages, count: messages }));
        },
    });
    // What becomes of the newest message changes how the receiver stands.
    const newest = list.rows[0] && `${list.rows[0].state} ${list.rows[0].attempts}`;
    useEffect(() => void queries.invalidateQueries({ queryKey: ['get', '/api/v1/webhooks'] }), [newest]);
    const hasGivenUp = list.rows.some((row) => row.state === 'given_up');
    return (
        <Stack gap="xs" component="section" aria-label={t('Messages')}>
            <Group justify="space-between">
                <Title order={3} size="14px">
                    {t('Messages')}
                </Title>
                {mayOperate && (
                    <Group gap="xs">
                        {hasGivenUp && (
                            <Button
                                size="xs"
                                variant="default"
                                loading={resend.isPending}
                                onClick={() => resend.mutate()}
                            >
                                {t('Send all given up again')}
                            </Button>
                        )}
                        <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
                            {t('Send a test')}
                        </Button>
                    </Group>
                )}
            </Group>
            {(test.isError || resend.isError) && <Failed error={test.error ?? resend.error} />}
            <SegmentedControl
                size="xs"
                fullWidth
                aria-label={t('Which messages')}
                value={state}
                onChange={(chosen) => setState(chosen as State | 'all')}
                data={[
                    { value: 'all', label: t('All') },
                    { value: 'waiting', label: t('Waiting') },
                    { value: 'given_up', label: t('Given up') },
                    { value: 'sent', label: t('Taken') },
                ]}
            />
            {list.error ? <Failed error={list.error} onRetry={list.again} /> : <Lines list={list} to={webhook.id} />}
        </Stack>
    );
}

/** Tried, or about to be: worth looking at again soon. An attempt that nobody knows the end of is going on. */
function isUnderWay(row: Delivery): boolean {
    const isSoon = Date.parse(row.next_try_at ?? '') - Date.now() < 30_000;
    return row.state === 'waiting' && (row.attempts === 0 || row.last_error === '' || isSoon);
}

function Lines({ list, to }: { list: ReturnType<typeof useList<Delivery>>; to: string }) {
    const { t } = useTranslation();
    const [shown, setShown] = useState<string>();
    if (list.isLoading) {
        return <Waiting />;
    }
    if (list.rows.length === 0) {
        return <Text className="quiet">{t('No messages of this kind. Sent ones are kept for 7 days.')}</Text>;
    }
    return (
        <>
            <ul className={css.list}>
                {list.rows.map((row) => (
                    <Line key={row.id} row={row} to={to} onShow={() => setShown(row.id)} />
                ))}
            </ul>
            {list.hasMore && (
                <Button size="xs" variant="subtle" onClick={list.more}>
                    {t('Show more')}
                </Button>
            )}
            {shown !== undefined && <Body id={shown} to={to} onClose={() => setShown(undefined)} />}
        </>
    );
}

function Line({ row, to, onShow }: { row: Delivery; to: string; onShow: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const mayOperate = useMay('operate');
    const words = { waiting: t('waits'), sent: t('taken'), given_up: t('given up') };
    const tones = { waiting: row.last_error ? 'warning' : 'queued', sent: 'active', given_up: 'failed' };
    const path = { webhook_id: to, delivery_id: row.id };
    const again = useMutation({
        mutationFn: () =>
            dataOf(api.POST('/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}:resend', { params: { path } })),
        onSuccess: () => changed(`/api/v1/webhooks/${to}/deliveries`),
    });
    return (
        <li className={css.line}>
            <Group justify="space-between" gap="xs">
                <Group gap="xs">
                    <StateMark state={tones[row.state]} label={words[row.state]} />
                    <span className="small">{format.dateTime(row.created_at)}</span>
                </Group>
                <Group gap={4}>
                    <Button size="compact-xs" variant="subtle" onClick={onShow}>
                        {t('Body')}
                    </Button>
                    {mayOperate && (
                        <Button
                            size="compact-xs"
                            variant="subtle"
                            loading={again.isPending}
                            onClick={() => again.mutate()}
                        >
                            {row.state === 'waiting' ? t('Send now') : t('Send again')}
                        </Button>
                    )}
                </Group>
            </Group>
            <Text className="quiet small wrap">
                {t('Attempts: {{n}}', { n: row.attempts })}
                {row.finished_at && ` · ${format.ago(row.finished_at)}`}
                {row.next_try_at && ` · ${t('next try {{when}}', { when: format.dateTime(row.next_try_at) })}`}
            </Text>
            {row.last_error && (
                <Text className={`small wrap ${css.error}`} lang="en" dir="auto">
                    {row.last_error}
                </Text>
            )}
            {again.isError && <Failed error={again.error} />}
        </li>
    );
}

function Body({ id, to, onClose }: { id: string; to: string; onClose: () => void }) {
    const { t } = useTranslation();
    const message = $api.useQuery('get', '/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}', {
        params: { path: { webhook_id: to, delivery_id: id } },
    });
    return (
        <Dialog onClose={onClose} size="lg" title={t('Message')}>
            <Stack gap="xs">
                <Text className="quiet small wrap" dir="ltr">
                    webhook-id: {id}
                </Text>
                {message.isError && <Failed error={message.error} />}
                {message.data ? <JsonBlock value={message.data.payload} /> : message.isLoading && <Waiting />}
            </Stack>
        </Dialog>
    );
}
