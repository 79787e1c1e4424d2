import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { changed } from '@/shared/api/queries';
import { stages } from '@/shared/theme/meaning';
import { Dialog } from '@/shared/ui/dialog';
import { useNames } from '@/shared/ui/names';
import { done } from '@/shared/ui/notify';
import { Failed } from '@/shared/ui/states';

interface OverrideDialogProps {
    customerId: string;
    lifecycle: Schemas['CustomerLifecycle'];
    onClose: () => void;
}

/** A stage set by hand goes before every rule until it expires. */
export function OverrideDialog({ customerId, lifecycle, onClose }: OverrideDialogProps) {
    const { t } = useTranslation();
    const names = useNames();
    const { hand } = lifecycle;
    const [stage, setStage] = useState<string | null>(hand?.stage ?? lifecycle.stage);
    const [until, setUntil] = useState(hand?.expires_at?.slice(0, 10) ?? '');
    const [note, setNote] = useState(hand?.note ?? '');
    const over = async (words: string) => {
        await changed('/api/v1/customers', '/api/v1/lifecycle');
        done(words);
        onClose();
    };
    const headers = ifMatch(hand?.version ?? 0);
    const set = useMutation({
        mutationFn: () =>
            api.PUT('/api/v1/customers/{customer_id}/lifecycle/override', {
                params: atCustomer(customerId),
                headers,
                body: { stage: stage ?? '', note, expires_at: until ? `${until}T00:00:00Z` : null },
            }),
        onSuccess: () => over(t('The stage is set by hand.')),
    });
    const unset = useMutation({
        mutationFn: () =>
            api.DELETE('/api/v1/customers/{customer_id}/lifecycle/override', {
                params: atCustomer(customerId),
                headers,
            }),
        onSuccess: () => over(t('The rules decide the stage again.')),
    });
    const error = set.error ?? unset.error;
    return (
        <Dialog onClose={onClose} title={t('Set the stage of {{id}} by hand', { id: customerId })}>
            <Stack>
                <Select
                    label={t('Stage')}
                    required
                    value={stage}
                    onChange={setStage}
                    data={stages.map((v) => ({ value: v, label: names.stage(v) }))}
                />
                <TextInput
                    type="date"
                    label={t('Until')}
                    description={t('Empty: until somebody takes it away')}
                    value={until}
                    onChange={(e) => setUntil(e.currentTarget.value)}
                />
                <TextInput label={t('Why')} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
                {error && <Failed error={error} />}
                <Group justify="flex-end">
                    {hand && (
                        <Button variant="default" loading={unset.isPending} onClick={() => unset.mutate()}>
                            {t('Let the rules decide')}
                        </Button>
                    )}
                    <Button disabled={!stage} loading={set.isPending} onClick={() => set.mutate()}>
                        {t('Set the stage')}
                    </Button>
                </Group>
            </Stack>
        </Dialog>
    );
}
