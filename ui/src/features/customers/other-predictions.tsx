import { Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { Reasons } from '@/shared/ui/reasons';
import { Failed, Waiting } from '@/shared/ui/states';

interface Said {
    /** undefined: nothing can be said of this customer. */
    value: string | undefined;
    note: string | false;
    is_fallback: boolean;
    reasons: Schemas['PredictionReasons'] | null;
}

/** What the other models say, a line each, with its reasons behind it; those that say nothing are named at the end. */
export function OtherPredictions({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const format = useFormat();
    const { queries, lines } = useLines(customerId);
    if (queries.some((query) => query.isLoading)) {
        return <Waiting lines={3} />;
    }
    const failed = queries.find((query) => query.isError);
    const speaks = ({ value, is_fallback, note }: Said) => value !== undefined || (!is_fallback && note !== false);
    const silent = lines.filter(({ said }) => said && !speaks(said)).map(({ name }) => name);
    return (
        <Stack gap="xs">
            {failed && <Failed error={failed.error} onRetry={() => void failed.refetch()} />}
            {lines.map(({ name, said }) => said && speaks(said) && <Line key={name} name={name} said={said} />)}
            {silent.length > 0 && (
                <Text className="quiet small wrap">
                    {t('No model serves yet for: {{list}}.', { list: format.list(silent) })}
                </Text>
            )}
        </Stack>
    );
}

function useLines(customerId: string): {
    queries: UseQueryResult<unknown, unknown>[];
    lines: { name: string; said?: Said }[];
} {
    const { t } = useTranslation();
    const format = useFormat();
    const params = { params: atCustomer(customerId) };
    const once = { retry: false };
    const propensity = $api.useQuery('get', '/api/v1/customers/{customer_id}/predictions/propensity', params, once);
    const upsell = $api.useQuery('get', '/api/v1/customers/{customer_id}/predictions/upsell', params, once);
    const engagement = $api.useQuery('get', '/api/v1/customers/{customer_id}/predictions/engagement', params, once);
    const risk = $api.useQuery('get', '/api/v1/customers/{customer_id}/predictions/default_risk', params, once);
    const share = (p: number | null) => (p === null ? undefined : format.percent(p));
    const within = (days: number | null) => days !== null && t('within {{days}}', { days: format.days(days) });
    const buys = propensity.data;
    const moves = upsell.data;
    const engaged = engagement.data;
    const late = risk.data;
    return {
        queries: [propensity, upsell, engagement, risk],
        lines: [
            {
                name: t('Buys'),
                said: buys && { ...buys, value: share(buys.propensity), note: within(buys.horizon_days) },
            },
            {
                name: t('Moves to a higher tier'),
                said: moves && {
                    ...moves.upsell,
                    value: share(moves.upsell_probability),
                    note: moves.not_applicable ?? within(moves.upsell.horizon_days),
                },
            },
            {
                name: t('Buys in a new category'),
                said: moves && {
                    ...moves.cross_sell,
                    value: share(moves.cross_sell_probability),
                    note: within(moves.cross_sell.horizon_days),
                },
            },
            {
                name: t('Engagement'),
                said: engaged && {
                    ...engaged,
                    value: engaged.engagement_score === null ? undefined : format.integer(engaged.engagement_score),
                    note: engaged.engagement_score !== null && t('of 100, the percentile in the base'),
                },
            },
            {
                name: t('Pays late'),
                said: late && {
                    ...late,
                    value: share(late.default_probability),
                    note: late.not_applicable ?? within(late.horizon_days),
                },
            },
        ],
    };
}

function Line({ name, said }: { name: string; said: Said }) {
    const { t } = useTranslation();
    const words = (
        <>
            <b>{name}</b> <span className="num">{said.value ?? '–'}</span>{' '}
            <span className="quiet">
                {said.is_fallback ? t('no model serves: the base rate') : said.note && <bdi>{said.note}</bdi>}
            </span>
        </>
    );
    if (!said.reasons || said.reasons.effects.length === 0) {
        return <Text component="div">{words}</Text>;
    }
    return (
        <details>
            <summary>{words}</summary>
            <Reasons reasons={said.reasons.effects} />
        </details>
    );
}
