import { Button, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { isOver, JobProgress, useJob } from '@/shared/ui/job-progress';
import { Failed } from '@/shared/ui/states';

const usual = ['nbo', 'churn', 'ltv'];

/** Starts a training and shows it getting on; closing leaves it running. */
export function TrainDialog({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation();
    const models = $api.useQuery('get', '/api/v1/models');
    const names = [...new Set([...usual, ...(models.data?.items ?? []).map((v) => v.name)])];
    const [model, setModel] = useState('nbo');
    const [asOf, setAsOf] = useState('');
    const start = useMutation({
        mutationFn: () =>
            dataOf(
                api.POST('/api/v1/jobs', {
                    body: {
                        kind: 'train',
                        parameters: { model, ...(asOf ? { as_of: `${asOf}T00:00:00Z` } : {}) } as never,
                    },
                }),
            ),
        onSuccess: () => changed('/api/v1/jobs'),
    });
    return (
        <Modal opened onClose={onClose} title={t('Train a model')} closeButtonProps={{ 'aria-label': t('Close') }}>
            <Stack>
                {start.data ? (
                    <Running id={start.data.id} />
                ) : (
                    <>
                        <NativeSelect
                            label={t('Model')}
                            value={model}
                            data={names}
                            onChange={(e) => setModel(e.currentTarget.value)}
                        />
                        <TextInput
                            type="date"
                            label={t('As of')}
                            description={t('Empty: all data that has matured')}
                            value={asOf}
                            onChange={(e) => setAsOf(e.currentTarget.value)}
                        />
                        <Text className="quiet small">
                            {t(
                                'The version becomes a candidate. It serves only after the gate has passed it and somebody has promoted it.',
                            )}
                        </Text>
                        {start.isError && <Failed error={start.error} />}
                        <Button loading={start.isPending} onClick={() => start.mutate()}>
                            {t('Train')}
                        </Button>
                    </>
                )}
            </Stack>
        </Modal>
    );
}

function Running({ id }: { id: string }) {
    const { t } = useTranslation();
    const job = useJob(id);
    const isDone = job.data !== undefined && isOver(job.data);
    if (isDone) {
        void changed('/api/v1/models');
    }
    return (
        <>
            <JobProgress id={id} />
            {!isDone && (
                <Text className="quiet small">{t('You can close this: the job goes on, and stands under Jobs.')}</Text>
            )}
        </>
    );
}
