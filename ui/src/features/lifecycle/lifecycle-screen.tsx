import { Alert, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { Columns, Screen } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Empty, Loaded, Stale } from '@/shared/ui/states';
import { LinkButton } from '@/shared/ui/links';
import { Conversions } from './conversions';
import { FlowChart } from './flow-chart';
import { SeriesChart } from './series-chart';
import { StageTable } from './stage-table';
import { TimeInStage } from './time-in-stage';

const staleAfterMs = 2 * 86_400_000;

export function LifecycleScreen() {
    const { t } = useTranslation();
    const format = useFormat();
    const { from, to } = useSearch({ from: '/shell/lifecycle' });
    const summary = $api.useQuery('get', '/api/v1/lifecycle/summary');
    const range = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    return (
        <Screen
            title={t('Lifecycle')}
            about={t('In which stage your customers are, where they came from, and how long they stay.')}
            actions={
                <>
                    <Range />
                    <LinkButton variant="default" to="/lifecycle/rules">
                        {t('Rules')}
                    </LinkButton>
                </>
            }
        >
            <Loaded query={summary} lines={10}>
                {(data) =>
                    data.as_of === null ? (
                        <Empty title={t('Stages will appear here')}>
                            {t('They are given by the daily run, or at once by “boon lifecycle update”.')}
                        </Empty>
                    ) : (
                        <>
                            {data.last_run && Date.now() - Date.parse(data.last_run.finished_at) > staleAfterMs && (
                                <Stale since={data.last_run.finished_at} />
                            )}
                            {data.warnings.map((warning) => (
                                <Alert key={warning} color="yellow" variant="light" p="xs">
                                    {warning}
                                </Alert>
                            ))}
                            <StatRow>
                                <StatTile
                                    label={t('Customers with a stage')}
                                    value={format.compact(data.customers)}
                                    note={t('of {{date}}', { date: format.date(data.as_of) })}
                                />
                                <StatTile
                                    label={t('Value at risk')}
                                    value={
                                        data.value_at_risk.revenue_365d === null
                                            ? '–'
                                            : format.moneyCompact(data.value_at_risk.revenue_365d, data.currency)
                                    }
                                    explain={t('A year’s revenue of the customers in the stage churn.')}
                                    note={t('{{n}} customers', {
                                        count: data.value_at_risk.customers,
                                        n: format.compact(data.value_at_risk.customers),
                                    })}
                                />
                                <StatTile
                                    label={t('Predicted value at risk')}
                                    value={
                                        data.stages.some((stage) => stage.with_prediction > 0)
                                            ? format.moneyCompact(data.value_at_risk.predicted_ltv, data.currency)
                                            : '–'
                                    }
                                    note={
                                        !data.stages.some((stage) => stage.with_prediction > 0) &&
                                        t('no model of value serves')
                                    }
                                    explain={t(
                                        'What the customers in the stage churn would bring by the model’s prediction.',
                                    )}
                                />
                                <StatTile
                                    label={t('Moved in the last run')}
                                    value={data.last_run ? format.compact(data.last_run.moved) : '–'}
                                    note={
                                        data.last_run &&
                                        t('{{n}} held back by the seven days', {
                                            n: format.compact(data.last_run.held),
                                        })
                                    }
                                />
                            </StatRow>
                            <SeriesChart range={range} />
                            <StageTable summary={data} />
                            <FlowChart range={range} />
                            <TimeInStage range={range} />
                            <Columns>
                                <Conversions range={range} />
                            </Columns>
                        </>
                    )
                }
            </Loaded>
        </Screen>
    );
}

function Range() {
    const { t } = useTranslation();
    const { from, to } = useSearch({ from: '/shell/lifecycle' });
    const navigate = useNavigate({ from: '/lifecycle' });
    const set = (change: { from?: string; to?: string }) =>
        void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
    return (
        <>
            <TextInput
                type="date"
                size="xs"
                aria-label={t('From')}
                value={from ?? ''}
                max={to}
                onChange={(e) => set({ from: e.currentTarget.value || undefined })}
            />
            <TextInput
                type="date"
                size="xs"
                aria-label={t('To')}
                value={to ?? ''}
                min={from}
                onChange={(e) => set({ to: e.currentTarget.value || undefined })}
            />
        </>
    );
}
