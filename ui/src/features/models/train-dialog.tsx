import { Button, Checkbox, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { Dialog } from '@/shared/ui/dialog';
import { isOver, JobProgress, useJob } from '@/shared/ui/job-progress';
import { Failed } from '@/shared/ui/states';
import { useModelNames } from './measures';

const known = [
    'nbo',
    'churn',
    'ltv',
    'propensity',
    'upsell',
    'cross_sell',
    'default_risk',
    'engagement',
    'campaign_response',
    'product_recommendation',
];

/** Starts a training and shows it getting on; closing leaves it running. */
export function TrainDialog({ model: first = 'nbo', onClose }: { model?: string; onClose: () => void }) {
    const { t } = useTranslation();
    const models = $api.useQuery('get', '/api/v1/models');
    const nameOf = useModelNames();
    const names = [...new Set([...known, ...(models.data?.items ?? []).map((v) => v.name)])];
    const [model, setModel] = useState(first);
    const [keeps, setKeeps] = useState(true);
    const [asOf, setAsOf] = useState('');
    const start = useMutation({
        mutationFn: () =>
            dataOf(
                api.POST('/api/v1/jobs', {
                    body: {
                        kind: 'train',
                        parameters: {
                            model,
                            ...(asOf ? { as_of: `${asOf}T00:00:00Z` } : {}),
                            dry_run: !keeps,
                        } as never,
                    },
                }),
            ),
        onSuccess: () => changed('/api/v1/jobs'),
    });
    return (
        <Dialog onClose={onClose} title={t('Train a model')}>
            <Stack>
                {start.data ? (
                    <Running id={start.data.id} />
                ) : (
                    <>
                        <NativeSelect
                            label={t('Model')}
                            value={model}
                            data={names.map((name) => ({ value: name, label: nameOf(name) }))}
                            onChange={(e) => setModel(e.currentTarget.value)}
                        />
                        <TextInput
                            type="date"
                            label={t('As of')}
                            description={t('Empty: all data that has matured')}
                            value={asOf}
                            onChange={(e) => setAsOf(e.currentTarget.value)}
                        />
                        <Checkbox
                            label={t('Only judge it: keep nothing')}
                            checked={!keeps}
                            onChange={(e) => setKeeps(!e.currentTarget.checked)}
                        />
                        <Text className="quiet small">
                            {t(
                                'A version that the gate passes serves at once, and the one before can be rolled back to. One that it refuses does not serve.',
                            )}
                        </Text>
                        {start.isError && <Failed error={start.error} />}
                        <Button loading={start.isPending} onClick={() => start.mutate()}>
                            {t('Train')}
                        </Button>
                    </>
                )}
            </Stack>
        </Dialog>
    );
}

function Running({ id }: { id: string }) {
    const { t } = useTranslation();
    const job = useJob(id);
    const isDone = job.data !== undefined && isOver(job.data);
    useEffect(() => {
        if (isDone) {
            void changed('/api/v1/models');
        }
    }, [isDone]);
    return (
        <>
            <JobProgress id={id} />
            {!isDone && (
                <Text className="quiet small">{t('You can close this: the job goes on, and stands under Jobs.')}</Text>
            )}
        </>
    );
}
