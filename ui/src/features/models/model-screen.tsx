import { Alert, Button, Group, NativeSelect, Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { Said } from '@/shared/told/said';
import { LinkButton } from '@/shared/ui/links';
import { useNames } from '@/shared/ui/names';
import { Screen } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Empty, Loaded } from '@/shared/ui/states';
import { ActDialog, useActVerbs } from './act-dialog';
import { Drift, DriftMark, useDriftNow } from './drift';
import { useModelNames } from './measures';
import { reportOf } from './metrics';
import { Quality, useReport } from './quality';
import { type Act, actsOf, type ModelVersion, type Pair, pairOf, shortId, type Standing, standingOf } from './standing';
import { TrainDialog } from './train-dialog';
import { useFirstMeasure, VersionsTable } from './versions-table';

/** One model: what serves, how good it is beside another version, whether it drifts, and the way to change it. */
export function ModelScreen() {
    const { t } = useTranslation();
    const { model } = useParams({ from: '/shell/models/$model' });
    const search = useSearch({ from: '/shell/models/$model' });
    const mayTrain = useMay('jobs');
    const [isTraining, setTraining] = useState(false);
    const query = $api.useQuery('get', '/api/v1/models/{model}/versions', { params: { path: { model } } });
    const versions = query.data?.items ?? [];
    const standing = standingOf(versions);
    const pair = pairOf(versions, search);
    const nameOf = useModelNames();
    const report = useReport(pair?.version);
    const answers = report.data && reportOf(report.data).answers;
    return (
        <Screen
            title={nameOf(model)}
            about={
                (answers && <Said>{answers}</Said>) ||
                t('How good a version is on rows it had not seen, and whether customers are still as they were.')
            }
            actions={
                <>
                    <LinkButton variant="default" to="/models">
                        {t('All models')}
                    </LinkButton>
                    {mayTrain && (
                        <Button variant="default" onClick={() => setTraining(true)}>
                            {t('Train again')}
                        </Button>
                    )}
                    {pair && <Acts version={pair.version} versions={versions} />}
                </>
            }
        >
            <Loaded query={query} lines={12}>
                {() =>
                    standing && pair ? (
                        <Details standing={standing} pair={pair} versions={versions} />
                    ) : (
                        <Empty title={t('Its versions will appear here')}>
                            {t(
                                'Until one is trained and promoted, decisions use the stated fallback: rates and rules.',
                            )}
                        </Empty>
                    )
                }
            </Loaded>
            {isTraining && <TrainDialog model={model} onClose={() => setTraining(false)} />}
        </Screen>
    );
}

function Acts({ version, versions }: { version: ModelVersion; versions: ModelVersion[] }) {
    const may = useMay('models');
    const verbs = useActVerbs();
    const [act, setAct] = useState<Act>();
    if (!may) {
        return null;
    }
    return (
        <>
            {actsOf(version, versions).map((one) => (
                <Button key={one} variant={one === 'promote' ? 'filled' : 'default'} onClick={() => setAct(one)}>
                    {verbs[one]}
                </Button>
            ))}
            {act && <ActDialog act={act} version={version} versions={versions} onClose={() => setAct(undefined)} />}
        </>
    );
}

interface DetailsProps {
    standing: Standing;
    pair: Pair;
    versions: ModelVersion[];
}

function Details({ standing, pair, versions }: DetailsProps) {
    const { t } = useTranslation();
    const { tab = 'quality' } = useSearch({ from: '/shell/models/$model' });
    const navigate = useNavigate({ from: '/models/$model' });
    const look = (version: string, against?: string) =>
        void navigate({ search: { version, against, tab: undefined }, replace: true });
    const { champion, waiting } = standing;
    return (
        <>
            <Standings standing={standing} />
            {waiting && waiting !== pair.version && (
                <Alert variant="light" p="xs" title={t('A newer version passed the gate and waits')}>
                    <Button size="xs" variant="default" onClick={() => look(waiting.version, champion?.version)}>
                        {t('Compare it with what serves')}
                    </Button>
                </Alert>
            )}
            <Tabs
                value={tab}
                onChange={(next) =>
                    void navigate({
                        search: (old) => ({ ...old, tab: next === 'drift' || next === 'versions' ? next : undefined }),
                        replace: true,
                    })
                }
            >
                <Tabs.List>
                    <Tabs.Tab value="quality">{t('Quality')}</Tabs.Tab>
                    <Tabs.Tab value="drift">{t('Drift')}</Tabs.Tab>
                    <Tabs.Tab value="versions">{t('Versions')}</Tabs.Tab>
                </Tabs.List>
            </Tabs>
            {tab === 'quality' && (
                <>
                    <Pick pair={pair} versions={versions} onPick={look} />
                    <Quality pair={pair} />
                </>
            )}
            {tab === 'drift' && <Drift model={standing.name} champion={champion} />}
            {tab === 'versions' && (
                <VersionsTable versions={versions} open={pair.version.version} onOpen={(v) => look(v.version)} />
            )}
        </>
    );
}

function Standings({ standing }: { standing: Standing }) {
    const { t } = useTranslation();
    const format = useFormat();
    const measure = useFirstMeasure();
    const { champion } = standing;
    const { report, isLoading } = useDriftNow(champion);
    const measured = champion && measure(champion);
    const first = measured?.interval ? measured : undefined;
    return (
        <StatRow>
            <StatTile
                label={t('Serves')}
                value={champion ? <code>{shortId(champion.version)}</code> : t('the fallback')}
                note={champion?.promoted_at && t('promoted {{ago}}', { ago: format.ago(champion.promoted_at) })}
            />
            <StatTile
                label={first?.name ?? t('Measure')}
                value={first?.value ?? '–'}
                note={first && t('95 %: {{interval}}', { interval: first.interval })}
                explain={first?.explain}
            />
            <StatTile
                label={t('Drift')}
                isLoading={isLoading}
                value={report ? <DriftMark level={report.level} /> : '–'}
                note={report ? t('measured {{ago}}', { ago: format.ago(report.measured_at) }) : t('not measured yet')}
                explain={t('Whether inputs and scores are still spread as when the version came to serve.')}
            />
        </StatRow>
    );
}

interface PickProps {
    pair: Pair;
    versions: ModelVersion[];
    onPick: (version: string, against: string) => void;
}

function Pick({ pair, versions, onPick }: PickProps) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const optionOf = (v: ModelVersion) => ({
        value: v.version,
        label: `${shortId(v.version)} · ${names.state(v.state)} · ${format.ago(v.created_at)}`,
    });
    const { version, against } = pair;
    return (
        <Group align="flex-end">
            <NativeSelect
                label={t('Version')}
                value={version.version}
                data={versions.map(optionOf)}
                onChange={(e) => onPick(e.currentTarget.value, against?.version ?? 'none')}
            />
            <NativeSelect
                label={t('Beside it')}
                value={against?.version ?? 'none'}
                data={[{ value: 'none', label: t('no other') }, ...versions.filter((v) => v !== version).map(optionOf)]}
                onChange={(e) => onPick(version.version, e.currentTarget.value)}
            />
        </Group>
    );
}
