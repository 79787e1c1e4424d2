import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { type Column, DataTable } from '@/shared/table/data-table';
import { StateMark } from '@/shared/ui/marks';
import { Screen } from '@/shared/ui/screen';
import { Empty, Failed } from '@/shared/ui/states';
import { DriftMark, useDriftNow } from './drift';
import { useModelNames } from './measures';
import { type ModelVersion, shortId, type Standing, standingsOf } from './standing';
import { TrainDialog } from './train-dialog';
import { useFirstMeasure } from './versions-table';

/** Every model once: what serves, how good it is, whether it drifts, and whether something waits. */
export function ModelsScreen() {
    const { t } = useTranslation();
    const navigate = useNavigate();
    const mayTrain = useMay('jobs');
    const [isTraining, setTraining] = useState(false);
    const models = $api.useQuery('get', '/api/v1/models');
    const rows = useMemo(() => standingsOf(models.data?.items ?? []), [models.data]);
    const columns = useColumns();
    return (
        <Screen
            title={t('Models')}
            about={t('What predicts, how well it did on data it had not seen, and what the gate said of it.')}
            actions={mayTrain && <Button onClick={() => setTraining(true)}>{t('Train a model')}</Button>}
        >
            {models.isError && !models.data ? (
                <Failed error={models.error} onRetry={() => void models.refetch()} />
            ) : (
                <DataTable
                    name={t('Models')}
                    columns={columns}
                    rows={rows}
                    rowId={(s) => s.name}
                    isLoading={models.isLoading}
                    onOpen={(s) => void navigate({ to: '/models/$model', params: { model: s.name } })}
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

function useColumns(): Column<Standing>[] {
    const { t } = useTranslation();
    const format = useFormat();
    const measure = useFirstMeasure();
    const nameOf = useModelNames();
    return useMemo(
        () => [
            { id: 'name', title: t('Model'), value: (s) => s.name, cell: (s) => nameOf(s.name), width: 150 },
            {
                id: 'serves',
                title: t('Serves'),
                value: (s) => s.champion?.version ?? t('the fallback'),
                cell: (s) =>
                    s.champion ? (
                        <code>{shortId(s.champion.version)}</code>
                    ) : (
                        <StateMark state="warning" label={t('the fallback')} />
                    ),
                width: 110,
            },
            {
                id: 'measure',
                title: t('First measure, with its interval'),
                value: (s) => (s.champion ? measure(s.champion).words : null),
                width: 260,
            },
            {
                id: 'drift',
                title: t('Drift'),
                value: () => null,
                cell: (s) => <DriftOf champion={s.champion} />,
                width: 100,
            },
            {
                id: 'trained',
                title: t('Trained'),
                value: (s) => s.champion?.created_at,
                cell: (s) => (s.champion ? format.ago(s.champion.created_at) : '–'),
                width: 120,
            },
            {
                id: 'newest',
                title: t('Newest version'),
                value: (s) => s.newest.version,
                cell: (s) => <Newest standing={s} />,
                width: 190,
            },
        ],
        [t, format, measure, nameOf],
    );
}

function DriftOf({ champion }: { champion: ModelVersion | undefined }) {
    const { report } = useDriftNow(champion);
    return report ? <DriftMark level={report.level} /> : <span className="quiet">–</span>;
}

/** What became of the last training. */
function Newest({ standing: { newest, champion, waiting } }: { standing: Standing }) {
    const { t } = useTranslation();
    if (newest === champion) {
        return <span className="quiet">{t('serves')}</span>;
    }
    if (waiting) {
        return <StateMark state="needs_approval" label={t('waits to be promoted')} />;
    }
    return newest.gate_passed ? (
        <StateMark state={newest.state} />
    ) : (
        <StateMark state="refused" label={t('refused by the gate')} />
    );
}
