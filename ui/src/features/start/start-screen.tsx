import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { stageColor } from '@/shared/theme/meaning';
import { useNames } from '@/shared/ui/names';
import { Columns, Screen, Section } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Loaded } from '@/shared/ui/states';
import { ShareBar, StageMark } from '@/shared/ui/marks';
import { LinkText } from '@/shared/ui/links';
import { Attention } from './attention';
import css from './start.module.css';

export function StartScreen() {
    const { t } = useTranslation();
    const format = useFormat();
    const lifecycle = $api.useQuery('get', '/api/v1/lifecycle/summary');
    const value = $api.useQuery('get', '/api/v1/value/summary');
    const live = $api.useQuery('get', '/api/v1/offers', { params: { query: { status: 'live', limit: 1 } } });
    const revenue = value.data?.segments.reduce((sum, s) => sum + s.revenue_365d, 0);
    const risk = lifecycle.data?.value_at_risk;
    return (
        <Screen title={t('Home')} about={t('What needs attention, and how the programme stands.')}>
            <StatRow>
                <StatTile
                    label={t('Customers')}
                    isLoading={lifecycle.isLoading}
                    value={
                        lifecycle.data ? format.compact(lifecycle.data.customers + lifecycle.data.without_stage) : '–'
                    }
                    note={lifecycle.data?.as_of && t('of {{date}}', { date: format.date(lifecycle.data.as_of) })}
                />
                <StatTile
                    label={t('Live offers')}
                    isLoading={live.isLoading}
                    value={
                        <LinkText to="/offers" search={{ status: 'live' }} inherit>
                            {live.data?.total != null ? format.integer(live.data.total) : '–'}
                        </LinkText>
                    }
                />
                <StatTile
                    label={t('Revenue of a year')}
                    isLoading={value.isLoading}
                    value={revenue === undefined ? '–' : format.moneyCompact(revenue, value.data?.currency ?? '')}
                    note={t('net of returns')}
                />
                <StatTile
                    label={t('Value at risk')}
                    isLoading={lifecycle.isLoading}
                    value={
                        risk?.revenue_365d == null
                            ? '–'
                            : format.moneyCompact(risk.revenue_365d, lifecycle.data?.currency ?? '')
                    }
                    note={risk && t('{{n}} customers', { count: risk.customers, n: format.compact(risk.customers) })}
                    explain={t('A year’s revenue of the customers in the stage churn.')}
                />
            </StatRow>
            <Columns>
                <Section title={t('What needs attention?')}>
                    <Attention />
                </Section>
                <Section
                    title={t('Where are the customers?')}
                    actions={
                        <LinkText to="/lifecycle" size="sm">
                            {t('Lifecycle')}
                        </LinkText>
                    }
                >
                    <Loaded query={lifecycle}>{(data) => <Stages stages={data.stages} />}</Loaded>
                </Section>
            </Columns>
        </Screen>
    );
}

function Stages({ stages }: { stages: { stage: string; customers: number; share: number }[] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    if (stages.length === 0) {
        return <Text className="quiet">{t('Stages appear with the first daily run.')}</Text>;
    }
    return (
        <ul className={css.stages}>
            {stages.map((s) => (
                <li key={s.stage} aria-label={`${names.stage(s.stage)}: ${format.integer(s.customers)}`}>
                    <StageMark stage={s.stage} />
                    <ShareBar
                        share={s.share}
                        label={`${format.compact(s.customers)} · ${format.percent(s.share)}`}
                        color={stageColor(s.stage)}
                    />
                </li>
            ))}
        </ul>
    );
}
