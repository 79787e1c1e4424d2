import { Alert, Button } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { useMay } from '@/shared/session/session';
import { StageMark, ValueMark } from '@/shared/ui/marks';
import { useNames } from '@/shared/ui/names';
import { Columns, Screen } from '@/shared/ui/screen';
import { StatRow, StatTile } from '@/shared/ui/stat-tile';
import { Failed, Waiting } from '@/shared/ui/states';
import { LinkButton } from '@/shared/ui/links';
import { Attributes } from './attributes';
import { Features } from './features';
import { NextSteps } from './next-steps';
import { Offers } from './offers';
import { OverrideDialog } from './override-dialog';
import { Predictions } from './predictions';
import { Products } from './products';
import { Stays } from './stays';
import { Timeline } from './timeline';
import { ValueHistory } from './value-history';

/** All that is known of one customer, what is predicted, and what would be offered. */
export function CustomerScreen() {
    const { customerId } = useParams({ from: '/shell/customers/$customerId' });
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    const mayDecide = useMay('decide');
    const mayChange = useMay('customers');
    const [isOverride, setOverride] = useState(false);
    const params = { params: atCustomer(customerId) };
    const view = $api.useQuery('get', '/api/v1/customers/{customer_id}', params);
    const lifecycle = $api.useQuery('get', '/api/v1/customers/{customer_id}/lifecycle', params, { retry: false });
    const value = $api.useQuery('get', '/api/v1/customers/{customer_id}/value', params, { retry: false });
    if (view.isError) {
        return (
            <Screen
                title={t('Customer {{id}}', { id: customerId })}
                actions={
                    <LinkButton variant="default" to="/customers">
                        {t('All customers')}
                    </LinkButton>
                }
            >
                <Failed error={view.error} onRetry={() => void view.refetch()} />
            </Screen>
        );
    }
    const stage = lifecycle.data;
    const worth = value.data;
    return (
        <Screen
            title={t('Customer {{id}}', { id: customerId })}
            about={view.data && t('Profile computed {{ago}}', { ago: format.ago(view.data.computed_at) })}
            actions={
                <>
                    {mayChange && stage && (
                        <Button variant="default" onClick={() => setOverride(true)}>
                            {stage.hand ? t('Change the stage set by hand') : t('Set the stage by hand')}
                        </Button>
                    )}
                    {mayDecide && (
                        <LinkButton to="/lab" search={{ customer: customerId }}>
                            {t('Try a decision')}
                        </LinkButton>
                    )}
                </>
            }
        >
            <StatRow>
                <StatTile
                    label={t('Stage')}
                    isLoading={lifecycle.isLoading}
                    value={<StageMark stage={stage?.stage ?? view.data?.stage} />}
                    note={stage?.days_in_stage != null && t('for {{days}}', { days: format.days(stage.days_in_stage) })}
                />
                <StatTile
                    label={t('Value segment')}
                    isLoading={value.isLoading}
                    value={<ValueMark segment={worth?.value_segment ?? view.data?.value_segment} />}
                    explain={t(
                        'By the value score from 0 to 100: 0.4 × the percentile of a year’s revenue + 0.6 × that of the predicted value.',
                    )}
                    note={
                        worth?.value_score != null &&
                        `${t('score {{score}}', { score: format.decimal(worth.value_score, 1) })}${worth.is_partial ? ` · ${t('partial')}` : ''}`
                    }
                />
                <StatTile
                    label={t('Lifetime value')}
                    isLoading={value.isLoading}
                    value={worth?.lifetime_value != null ? format.money(worth.lifetime_value, worth.currency) : '–'}
                    note={t('realised, net of returns')}
                />
                <StatTile
                    label={t('RFM segment')}
                    isLoading={value.isLoading}
                    value={worth?.rfm_segment ? names.rfm(worth.rfm_segment) : '–'}
                    explain={t('Recency, frequency and monetary value, each from 1 to 5 over a year.')}
                    note={worth?.rfm && `R${worth.rfm.r} F${worth.rfm.f} M${worth.rfm.m}`}
                />
            </StatRow>
            {stage?.hand && <ByHand hand={stage.hand} />}
            {stage && <Stays lifecycle={stage} />}
            <Columns>
                <NextSteps customerId={customerId} currency={worth?.currency} />
                <Predictions customerId={customerId} />
            </Columns>
            <Columns>
                <Offers customerId={customerId} />
                <Products customerId={customerId} />
            </Columns>
            <Columns>
                {worth && worth.history.length > 0 && <ValueHistory value={worth} />}
                {view.data ? <Features view={view.data} /> : <Waiting />}
            </Columns>
            {view.data && <Attributes view={view.data} />}
            <Timeline customerId={customerId} />
            {isOverride && stage && (
                <OverrideDialog customerId={customerId} lifecycle={stage} onClose={() => setOverride(false)} />
            )}
        </Screen>
    );
}

/** Whose word the stage is, until when, and why. */
function ByHand({ hand }: { hand: Schemas['StageOverride'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    const who = hand.author;
    return (
        <Alert
            variant="light"
            p="xs"
            className="wrap"
            title={
                hand.expires_at
                    ? t('Set by hand by {{who}}, until {{when}}.', { who, when: format.dateTime(hand.expires_at) })
                    : t('Set by hand by {{who}}.', { who })
            }
        >
            {hand.note && <bdi>{hand.note}</bdi>}
        </Alert>
    );
}
