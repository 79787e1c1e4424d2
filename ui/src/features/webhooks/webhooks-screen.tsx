import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import { NewWebhook } from './new-webhook';
import { WebhookPanel } from './webhook-panel';

export type Webhook = Schemas['Webhook'];
const none: Webhook[] = [];

/** Where messages go by themselves, and whether they arrive. */
export function WebhooksScreen() {
    const { t } = useTranslation();
    const { open } = useSearch({ from: '/shell/webhooks' });
    const navigate = useNavigate({ from: '/webhooks' });
    const mayConnect = useMay('connect');
    const [isAdding, setAdding] = useState(false);
    const webhooks = $api.useQuery('get', '/api/v1/webhooks');
    const rows = webhooks.data?.items ?? none;
    const chosen = rows.find((w) => w.id === open);
    const columns = useColumns();
    const show = (id: string | undefined) => void navigate({ search: { open: id }, replace: true });
    const add = mayConnect && <Button onClick={() => setAdding(true)}>{t('Add a receiver')}</Button>;
    return (
        <Screen
            title={t('Webhooks')}
            about={t('Receivers that boon sends signed messages to, and whether they take them.')}
            actions={add}
            panel={chosen && <WebhookPanel key={chosen.id} webhook={chosen} onClose={() => show(undefined)} />}
        >
            {webhooks.isError && !webhooks.data ? (
                <Failed error={webhooks.error} onRetry={() => void webhooks.refetch()} />
            ) : (
                <DataTable
                    name={t('Webhooks')}
                    columns={columns}
                    rows={rows}
                    rowId={(w) => w.id}
                    isLoading={webhooks.isLoading}
                    onOpen={(w) => show(w.id)}
                    openId={open}
                    empty={
                        <Empty title={t('Receivers will appear here')} action={add}>
                            {t(
                                'An audience goes out to a receiver as signed messages, with a list of them at the end.',
                            )}
                        </Empty>
                    }
                />
            )}
            {isAdding && (
                <NewWebhook
                    onClose={() => setAdding(false)}
                    onAdded={(id) => {
                        setAdding(false);
                        show(id);
                    }}
                />
            )}
        </Screen>
    );
}

/** `gone` goes before failures, and these before all is well. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
    const { t } = useTranslation();
    if (webhook.state === 'gone') {
        return <StateMark state="failed" label={t('wants no more')} />;
    }
    if (webhook.failures > 0) {
        return <StateMark state="warning" label={t('fails')} />;
    }
    if (!webhook.last_sent_at) {
        return <StateMark state="unsent" label={t('nothing sent yet')} />;
    }
    return <StateMark state="active" label={t('takes messages')} />;
}

export function useTopics(): (topic: string) => string {
    const { t } = useTranslation();
    return (topic) => ({ audiences: t('Audiences'), tmf620: t('Changes of the catalogue (TMF620)') })[topic] ?? topic;
}

function useColumns(): Column<Webhook>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const topicOf = useTopics();
    return useMemo(
        () => [
            {
                id: 'url',
                title: t('Address'),
                value: (w) => w.url,
                cell: (w) => (
                    <span dir="ltr" className="ellipsis">
                        {w.url}
                    </span>
                ),
                width: 320,
            },
            { id: 'topic', title: t('Hears'), value: (w) => topicOf(w.topic), width: 180 },
            {
                id: 'state',
                title: t('State'),
                value: (w) => w.state,
                cell: (w) => <WebhookState webhook={w} />,
                width: 140,
            },
            { id: 'failures', title: t('Failures in a row'), value: (w) => w.failures, align: 'end', width: 120 },
            {
                id: 'sent',
                title: t('Last taken'),
                value: (w) => w.last_sent_at,
                cell: (w) => (w.last_sent_at ? format.ago(w.last_sent_at) : t('never')),
                width: 130,
            },
        ],
        [t, format, topicOf],
    );
}
