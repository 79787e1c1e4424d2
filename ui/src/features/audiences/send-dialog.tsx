import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf } from '@/shared/api/client';
import { useMay } from '@/shared/session/session';
import { Dialog } from '@/shared/ui/dialog';
import { JobProgress } from '@/shared/ui/job-progress';
import { LinkButton } from '@/shared/ui/links';
import { Empty, Failed, Loaded } from '@/shared/ui/states';

/** Sends an audience's customers to a receiver, and shows the job; closing leaves it running. */
export function SendDialog({ name, onClose }: { name: string; onClose: () => void }) {
    const { t } = useTranslation();
    const mayConnect = useMay('connect');
    const [chosen, setChosen] = useState<string>();
    const receivers = $api.useQuery('get', '/api/v1/webhooks', { params: { query: { topic: 'audiences' } } });
    const send = useMutation({
        mutationFn: (webhook_id: string) =>
            dataOf(
                api.POST('/api/v1/audiences/{audience}:export', {
                    params: { path: { audience: name } },
                    body: { webhook_id },
                }),
            ),
    });
    return (
        <Dialog onClose={onClose} title={t('Send “{{name}}” to a receiver', { name })}>
            {send.data ? (
                <Stack>
                    <JobProgress id={send.data.job_id} />
                    <Text className="quiet small">
                        {t('You can close this: the job goes on, and stands under Jobs.')}
                    </Text>
                </Stack>
            ) : (
                <Loaded query={receivers} lines={2}>
                    {({ items }) => {
                        const active = items.filter((w) => w.state === 'active');
                        const to = chosen ?? active[0]?.id;
                        if (to === undefined) {
                            return (
                                <Empty
                                    title={t('There is no receiver yet')}
                                    action={mayConnect && <LinkButton to="/webhooks">{t('Add a receiver')}</LinkButton>}
                                >
                                    {t('An operator adds one under Webhooks.')}
                                </Empty>
                            );
                        }
                        return (
                            <Stack>
                                <NativeSelect
                                    label={t('Receiver')}
                                    value={to}
                                    data={active.map((w) => ({ value: w.id, label: w.url }))}
                                    onChange={(e) => setChosen(e.currentTarget.value)}
                                />
                                <Text className="quiet small">
                                    {t(
                                        'All customers who are in it now go out, in signed messages with a list at the end.',
                                    )}
                                </Text>
                                {send.isError && <Failed error={send.error} />}
                                <Button loading={send.isPending} onClick={() => send.mutate(to)}>
                                    {t('Send')}
                                </Button>
                            </Stack>
                        );
                    }}
                </Loaded>
            )}
        </Dialog>
    );
}
