import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { Confirm, Fact } from '@/shared/ui/confirm';
import { Dialog } from '@/shared/ui/dialog';
import { done } from '@/shared/ui/notify';
import { ShownOnce } from '@/shared/ui/shown-once';
import { SidePanel } from '@/shared/ui/side-panel';
import { Failed } from '@/shared/ui/states';
import { Deliveries } from './deliveries';
import { useTopics, type Webhook, WebhookState } from './webhooks-screen';

type Act = 'rotate' | 'remove';

/** How a receiver fares, its secret, and the ways to change it. */
export function WebhookPanel({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const topicOf = useTopics();
    const mayConnect = useMay('connect');
    const mayOperate = useMay('operate');
    const [act, setAct] = useState<Act>();
    const [secret, setSecret] = useState<string>();
    const params = { path: { webhook_id: webhook.id } };
    const show = useMutation({
        mutationFn: () => dataOf(api.GET('/api/v1/webhooks/{webhook_id}/secret', { params })),
        onSuccess: (found) => setSecret(found.secret),
    });
    const resume = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/webhooks/{webhook_id}:resume', { params })),
        onSuccess: async () => {
            await changed('/api/v1/webhooks');
            done(t('It gets messages again.'));
        },
    });
    const rotate = async () => {
        const found = await dataOf(api.POST('/api/v1/webhooks/{webhook_id}:rotate', { params }));
        setSecret(found.secret);
    };
    const remove = async () => {
        await api.DELETE('/api/v1/webhooks/{webhook_id}', { params });
        onClose();
        await changed('/api/v1/webhooks');
        done(t('The receiver is forgotten.'));
    };
    return (
        <SidePanel
            title={t('Receiver')}
            onClose={onClose}
            actions={
                <Group gap="xs">
                    {mayOperate && webhook.state === 'gone' && (
                        <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate()}>
                            {t('Send to it again')}
                        </Button>
                    )}
                    {mayConnect && (
                        <>
                            <Button size="xs" variant="default" loading={show.isPending} onClick={() => show.mutate()}>
                                {t('Show the secret')}
                            </Button>
                            <Button size="xs" variant="default" onClick={() => setAct('rotate')}>
                                {t('New secret')}
                            </Button>
                            <Button size="xs" variant="subtle" color="red" onClick={() => setAct('remove')}>
                                {t('Forget')}
                            </Button>
                        </>
                    )}
                </Group>
            }
        >
            <Stack gap="sm" component="dl" m={0}>
                <Fact label={t('Address')}>
                    <span dir="ltr">{webhook.url}</span>
                </Fact>
                <Fact label={t('State')}>
                    <WebhookState webhook={webhook} />
                </Fact>
                <Fact label={t('Hears')}>
                    {topicOf(webhook.topic)}
                    {webhook.query && <code dir="ltr"> {webhook.query}</code>}
                </Fact>
                <Fact label={t('Last taken')}>
                    {webhook.last_sent_at ? format.dateTime(webhook.last_sent_at) : t('never')}
                </Fact>
                <Fact label={t('Added')}>{`${format.dateTime(webhook.created_at)} · ${webhook.created_by}`}</Fact>
            </Stack>
            {webhook.failures > 0 && (
                <Alert color="red" variant="light" title={t('Not taken {{n}} times in a row', { n: webhook.failures })}>
                    <bdi lang="en">{webhook.last_error}</bdi>
                </Alert>
            )}
            <Deliveries webhook={webhook} />
            {(show.isError || resume.isError) && <Failed error={show.error ?? resume.error} />}
            {act && (
                <Confirm
                    isOpen
                    onClose={() => setAct(undefined)}
                    title={act === 'rotate' ? t('Make a new secret for this receiver?') : t('Forget this receiver?')}
                    verb={act === 'rotate' ? t('New secret') : t('Forget')}
                    hits={[
                        webhook.url,
                        act === 'rotate'
                            ? t('The old secret signs beside the new one for a day.')
                            : t('What waits for it is given up. This cannot be undone.'),
                    ]}
                    isDangerous={act === 'remove'}
                    act={act === 'rotate' ? rotate : remove}
                />
            )}
            {secret !== undefined && (
                <Dialog onClose={() => setSecret(undefined)} title={t('Secret of the receiver')}>
                    <ShownOnce value={secret}>
                        {t('The receiver checks with it that a message is boon’s. Give it to nobody else.')}
                    </ShownOnce>
                </Dialog>
            )}
        </SidePanel>
    );
}
