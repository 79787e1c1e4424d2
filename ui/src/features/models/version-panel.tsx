import { Button, Stack, Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { Confirm, Fact } from '@/shared/ui/confirm';
import { StateMark } from '@/shared/ui/marks';
import { done } from '@/shared/ui/notify';
import { SidePanel } from '@/shared/ui/side-panel';
import { Calibration } from './calibration';
import { measureName, metricsOf } from './metrics';
import type { ModelVersion } from './models-screen';

type Act = 'promote' | 'retire' | 'rollback';

function useActs(version: ModelVersion) {
    const { t } = useTranslation();
    const { name: model, version: id } = version;
    const path = { model, version: id };
    return {
        promote: {
            verb: t('Promote'),
            title: t('Promote this version of {{model}}?', { model }),
            effect: t('It answers from the next decision on. The champion before stays, to go back to.'),
            call: () => api.POST('/api/v1/models/{model}/versions/{version}:promote', { params: { path } }),
        },
        retire: {
            verb: t('Retire'),
            title: t('Retire this version of {{model}}?', { model }),
            effect: t('It can no longer be promoted. Its card stays.'),
            call: () => api.POST('/api/v1/models/{model}/versions/{version}:retire', { params: { path } }),
        },
        rollback: {
            verb: t('Roll back'),
            title: t('Roll {{model}} back to the champion before?', { model }),
            effect: t('The champion before answers from the next decision on.'),
            call: () => api.POST('/api/v1/models/{model}:rollback', { params: { path: { model } } }),
        },
    };
}

const actsOf: Record<ModelVersion['state'], Act[]> = {
    candidate: ['promote', 'retire'],
    challenger: ['promote', 'retire'],
    champion: ['rollback'],
    retired: [],
};

export function VersionPanel({ version, onClose }: { version: ModelVersion; onClose: () => void }) {
    const { t } = useTranslation();
    const format = useFormat();
    const mayChange = useMay('models');
    const acts = useActs(version);
    const [act, setAct] = useState<Act>();
    const metrics = metricsOf(version.metrics);
    const chosen = act && acts[act];
    return (
        <SidePanel
            title={`${version.name} · ${version.version.slice(0, 8)}`}
            onClose={onClose}
            actions={
                mayChange &&
                actsOf[version.state].length > 0 &&
                actsOf[version.state].map((one) => (
                    <Button
                        key={one}
                        size="xs"
                        variant={one === 'promote' ? 'filled' : 'default'}
                        disabled={one === 'promote' && !version.gate_passed}
                        onClick={() => setAct(one)}
                    >
                        {acts[one].verb}
                    </Button>
                ))
            }
        >
            <Stack gap="sm" component="dl" m={0}>
                <Fact label={t('State')}>
                    <StateMark state={version.state} />
                </Fact>
                <Fact label={t('What the gate said')}>{version.verdict}</Fact>
                <Fact label={t('Trained')}>{`${format.dateTime(version.created_at)} · ${version.created_by}`}</Fact>
                {metrics.rows !== null && (
                    <Fact label={t('Tested on')}>
                        {t('{{n}} rows', { count: metrics.rows, n: format.integer(metrics.rows) })}
                    </Fact>
                )}
            </Stack>
            {metrics.bins.length > 0 && <Calibration bins={metrics.bins} />}
            <Table>
                <Table.Thead>
                    <Table.Tr>
                        <Table.Th>{t('Measure')}</Table.Th>
                        <Table.Th ta="end">{t('Value')}</Table.Th>
                        <Table.Th ta="end">{t('95 % interval')}</Table.Th>
                    </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                    {metrics.intervals.map(([name, interval]) => (
                        <Table.Tr key={name}>
                            <Table.Td>{measureName(name)}</Table.Td>
                            <Table.Td ta="end" className="num">
                                {format.decimal(interval.value, 3)}
                            </Table.Td>
                            <Table.Td ta="end" className="num">
                                {`${format.decimal(interval.lower, 3)} – ${format.decimal(interval.upper, 3)}`}
                            </Table.Td>
                        </Table.Tr>
                    ))}
                </Table.Tbody>
            </Table>
            {chosen && (
                <Confirm
                    isOpen
                    onClose={() => setAct(undefined)}
                    title={chosen.title}
                    verb={chosen.verb}
                    isDangerous={act === 'retire'}
                    act={async () => {
                        await chosen.call();
                        await changed('/api/v1/models');
                        done(t('Done: the next decision uses it.'));
                    }}
                >
                    {chosen.effect}
                </Confirm>
            )}
        </SidePanel>
    );
}
