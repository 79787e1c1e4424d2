import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { Dialog } from '@/shared/ui/dialog';
import { Failed } from '@/shared/ui/states';

/** Registers a receiver of audiences; its secret is shown by its panel. */
export function NewWebhook({ onClose, onAdded }: { onClose: () => void; onAdded: (id: string) => void }) {
    const { t } = useTranslation();
    const [url, setUrl] = useState('');
    const add = useMutation({
        mutationFn: () => dataOf(api.POST('/api/v1/webhooks', { body: { url, topic: 'audiences' } })),
        onSuccess: async (webhook) => {
            await changed('/api/v1/webhooks');
            onAdded(webhook.id);
        },
    });
    const problem = add.isError ? asProblem(add.error) : undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        add.mutate();
    };
    return (
        <Dialog onClose={onClose} title={t('Add a receiver')}>
            <form onSubmit={submit}>
                <Stack>
                    <TextInput
                        label={t('Address')}
                        type="url"
                        dir="ltr"
                        placeholder="https://receiver.example/boon"
                        required
                        maxLength={2000}
                        value={url}
                        error={problem?.at('/url')}
                        onChange={(e) => setUrl(e.currentTarget.value)}
                        data-autofocus
                    />
                    <Text className="quiet small">
                        {t(
                            'It gets the audiences that somebody sends to it. Receivers of the catalogue’s changes register at the TM Forum hub.',
                        )}
                    </Text>
                    {problem && <Failed error={problem} />}
                    <Button type="submit" disabled={url === ''} loading={add.isPending}>
                        {t('Add the receiver')}
                    </Button>
                </Stack>
            </form>
        </Dialog>
    );
}
