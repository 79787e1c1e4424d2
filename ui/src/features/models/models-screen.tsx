import { Button, SegmentedControl } from '@mantine/core';
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
import { measureName, metricsOf } from './metrics';
import { TrainDialog } from './train-dialog';
import { VersionPanel } from './version-panel';

export type ModelVersion = Schemas['ModelVersion'];
const none: ModelVersion[] = [];

export function ModelsScreen() {
    const { t } = useTranslation();
    const { model, open } = useSearch({ from: '/shell/models' });
    const navigate = useNavigate({ from: '/models' });
    const mayTrain = useMay('jobs');
    const [isTraining, setTraining] = useState(false);
    const models = $api.useQuery('get', '/api/v1/models');
    const versions = $api.useQuery(
        'get',
        '/api/v1/models/{model}/versions',
        { params: { path: { model: model ?? '' } } },
        { enabled: model !== undefined },
    );
    const names = [...new Set((models.data?.items ?? none).map((v) => v.name))].toSorted();
    const rows = (model === undefined ? models.data?.items : versions.data?.items) ?? none;
    const chosen = rows.find((v) => v.version === open);
    const columns = useColumns();
    const set = (change: { model?: string; open?: string }) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    const query = model === undefined ? models : versions;
    return (
        <Screen
            title={t('Models')}
            about={t('What predicts, how well it did on data it had not seen, and what the gate said of it.')}
            actions={mayTrain && <Button onClick={() => setTraining(true)}>{t('Train a model')}</Button>}
            panel={
                chosen && (
                    <VersionPanel key={chosen.version} version={chosen} onClose={() => set({ open: undefined })} />
                )
            }
        >
            {query.isError && !query.data ? (
                <Failed error={query.error} onRetry={() => void query.refetch()} />
            ) : (
                <DataTable
                    name={t('Model versions')}
                    columns={columns}
                    rows={rows}
                    rowId={(v) => v.version}
                    isLoading={query.isLoading}
                    onOpen={(v) => set({ open: v.version })}
                    openId={open}
                    toolbar={
                        names.length > 1 && (
                            <SegmentedControl
                                size="xs"
                                aria-label={t('Model')}
                                value={model ?? ''}
                                data={[
                                    { value: '', label: t('The newest of each') },
                                    ...names.map((name) => ({ value: name, label: name })),
                                ]}
                                onChange={(next) => set({ model: next || undefined, open: undefined })}
                            />
                        )
                    }
                    empty={
                        <Empty title={t('Your models will appear here')}>
                            {t(
                                'Until one is trained and promoted, decisions use the stated fallback: rates and rules.',
                            )}
                        </Empty>
                    }
                />
            )}
            {isTraining && <TrainDialog onClose={() => setTraining(false)} />}
        </Screen>
    );
}

function useColumns(): Column<ModelVersion>[] {
    const { t } = useTranslation();
    const format = useFormat();
    return useMemo(
        () => [
            { id: 'name', title: t('Model'), value: (v) => v.name, width: 110 },
            {
                id: 'state',
                title: t('State'),
                value: (v) => v.state,
                cell: (v) => <StateMark state={v.state} />,
                width: 110,
            },
            {
                id: 'gate',
                title: t('Gate'),
                value: (v) => (v.gate_passed ? t('passed') : t('refused')),
                cell: (v) => (
                    <StateMark
                        state={v.gate_passed ? 'ok' : 'refused'}
                        label={v.gate_passed ? t('passed') : t('refused')}
                    />
                ),
                width: 90,
            },
            {
                id: 'measure',
                title: t('First measure, with its interval'),
                value: (v) => metricsOf(v.metrics).intervals[0]?.[1].value,
                cell: (v) => {
                    const [name, interval] = metricsOf(v.metrics).intervals[0] ?? [];
                    if (!name || !interval) {
                        return '–';
                    }
                    const [value, lower, upper] = [interval.value, interval.lower, interval.upper].map((x) =>
                        format.decimal(x, 3),
                    );
                    return `${measureName(name)} ${value} (${lower}–${upper})`;
                },
                width: 250,
            },
            {
                id: 'created',
                title: t('Trained'),
                value: (v) => v.created_at,
                cell: (v) => format.ago(v.created_at),
                width: 120,
            },
            { id: 'verdict', title: t('Verdict'), value: (v) => v.verdict, width: 260 },
        ],
        [t, format],
    );
}
