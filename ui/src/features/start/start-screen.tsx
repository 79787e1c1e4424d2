import { Skeleton, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { useFormat } from '@/shared/format/use-format';
import { stageColor } from '@/shared/theme/meaning';
import { LinkText } from '@/shared/ui/links';
import { ShareBar, StageMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Columns, Screen, Section } from '@/shared/ui/screen';
import { Spark } from '@/shared/ui/spark';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Loaded } from '@/shared/ui/states';
import { Attention } from './attention';
import css from './start.module.css';
import { type Total, trendOf } from './totals';

export function StartScreen() {
    const { t } = useTranslation();
    const home = $api.useQuery('get', '/api/v1/home');
    const lifecycle = $api.useQuery('get', '/api/v1/lifecycle/summary');
    const format = useFormat();
    const risk = lifecycle.data?.value_at_risk;
    return (
        <Screen title={t('Home')} about={t('What needs attention, and how the programme stands.')}>
            <Loaded query={home} waiting={<WaitingTotals />}>
                {(data) => (
                    <StatRow>
                        {data.totals.map((total) => (
                            <TotalTile key={total.name} total={total} currency={data.currency} />
                        ))}
                    </StatRow>
                )}
            </Loaded>
            <Columns>
                <Section title={t('What needs attention?')}>
                    <Loaded query={home} lines={4}>
                        {(data) => <Attention items={data.attention} />}
                    </Loaded>
                </Section>
                <Section
                    title={t('Where are the customers?')}
                    about={
                        risk?.revenue_365d != null &&
                        t('{{money}} of a year’s revenue is at risk: customers in the stage churn.', {
                            money: format.moneyCompact(risk.revenue_365d, lifecycle.data?.currency ?? ''),
                        })
                    }
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

function WaitingTotals() {
    return (
        <StatRow>
            {Array.from({ length: 5 }, (_, i) => (
                <Skeleton key={i} height={110} />
            ))}
        </StatRow>
    );
}

function TotalTile({ total, currency }: { total: Total; currency: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const trend = trendOf(total);
    const money = (v: number) => format.moneyCompact(v, currency);
    const kinds: Record<string, { label: string; show: (v: number) => string; explain?: string; to: Place }> = {
        offers_live: { label: t('Live offers'), show: format.integer, to: '/offers' },
        customers: { label: t('Customers'), show: format.compact, to: '/customers' },
        customers_active: {
            label: t('Active customers'),
            show: format.compact,
            explain: t('Those with activity in 365 days.'),
            to: '/lifecycle',
        },
        revenue_365d: { label: t('Revenue of a year'), show: money, explain: t('net of returns'), to: '/value' },
        predicted_ltv: {
            label: t('Predicted value'),
            show: money,
            explain: t('What the model expects of all customers.'),
            to: '/value',
        },
    };
    const kind = kinds[total.name];
    if (!kind) {
        return null;
    }
    return (
        <StatTile
            label={kind.label}
            explain={kind.explain}
            value={
                <LinkText to={kind.to} search={kind.to === '/offers' ? { status: 'live' } : {}} inherit>
                    {total.name === 'predicted_ltv' && total.value === 0 ? '–' : kind.show(total.value)}
                </LinkText>
            }
            note={
                <>
                    {trend &&
                        t('{{change}} since {{date}}', {
                            change: format.signedPercent(trend.change),
                            date: format.date(trend.since),
                        })}
                    <Spark values={total.trend.map((p) => p.value)} />
                </>
            }
        />
    );
}

type Place = '/offers' | '/customers' | '/lifecycle' | '/value';

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
