// What the features that every programme has are called: the server's own words for them are English, and the only ones
// for features that a programme declared itself.
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Format } from '@/shared/format/format';

/** The words for a feature, or for a column of a model made of one; undefined where there are none. */
export type FeatureWords = (name: string) => string | undefined;

function wordsIn(t: TFunction): Record<string, string> {
    return {
        tenure_days: t('Days since joining'),
        age: t('Age'),
        contract_type: t('Contract type'),
        region: t('Region'),
        days_since_closed: t('Days since the contract was closed'),
        days_since_first_activity: t('Days since the first activity'),
        days_since_last_activity: t('Days since the last activity'),
        activities_all: t('Activities ever'),
        active_days_30d: t('Days with activity in the last 30 days'),
        active_days_90d: t('Days with activity in the last 90 days'),
        days_since_first_purchase: t('Days since the first purchase'),
        days_since_last_purchase: t('Days since the last purchase'),
        purchases_7d: t('Purchases in the last 7 days'),
        purchases_30d: t('Purchases in the last 30 days'),
        purchases_90d: t('Purchases in the last 90 days'),
        purchases_365d: t('Purchases in the last 365 days'),
        transactions_90d: t('Purchases and recharges in the last 90 days'),
        spend_7d: t('Spend net of returns in the last 7 days'),
        spend_30d: t('Spend net of returns in the last 30 days'),
        spend_90d: t('Spend net of returns in the last 90 days'),
        spend_365d: t('Spend net of returns in the last 365 days'),
        spend_all: t('Spend net of returns ever'),
        spend_trend_30d: t('Spend of the last 30 days against the 30 before'),
        spend_trend_90d: t('Spend of the last 90 days against the 90 before'),
        mean_ticket_365d: t('Mean purchase in the last 365 days'),
        max_ticket_365d: t('Largest purchase in the last 365 days'),
        categories_365d: t('Different categories bought in the last 365 days'),
        returns_share_365d: t('Returns per purchase in the last 365 days'),
        buying_days_all: t('Days with purchases, recharges or usage ever'),
        days_since_first_buying: t('Days since the first purchase, recharge or usage'),
        days_since_last_buying: t('Days since the last purchase, recharge or usage'),
        bought_all: t('Bought, recharged and used ever, before returns'),
        recharges_30d: t('Recharges in the last 30 days'),
        recharges_90d: t('Recharges in the last 90 days'),
        recharge_spend_90d: t('Recharged in the last 90 days'),
        usage_30d: t('Usage records in the last 30 days'),
        usage_90d: t('Usage records in the last 90 days'),
        sent_30d: t('Offers sent in the last 30 days'),
        sent_90d: t('Offers sent in the last 90 days'),
        viewed_30d: t('Offers viewed in the last 30 days'),
        viewed_90d: t('Offers viewed in the last 90 days'),
        clicked_30d: t('Offers clicked in the last 30 days'),
        clicked_90d: t('Offers clicked in the last 90 days'),
        converted_30d: t('Offers converted in the last 30 days'),
        converted_90d: t('Offers converted in the last 90 days'),
        view_rate_90d: t('Views per offer sent in the last 90 days'),
        conversion_rate_90d: t('Conversions per offer sent in the last 90 days'),
        conversion_rate_all: t('Conversions per offer ever sent'),
        days_since_last_sent: t('Days since the last offer was sent'),
        days_since_last_viewed: t('Days since an offer was last viewed'),
        days_since_last_converted: t('Days since an offer last converted'),
        late_payments_365d: t('Bills paid late in the last 365 days'),
        mean_days_late_365d: t('Mean days late of bills due in the last 365 days'),
        bills_365d: t('Bills due in the last 365 days'),
        automatic_payments_365d: t('Bills paid automatically in the last 365 days'),
        bills_all: t('Bills ever due'),
        late_bills_all: t('Bills ever paid late, or unpaid'),
        late_bills_share_all: t('Share of bills ever due that were paid late, or are unpaid'),
        unpaid_bills: t('Unpaid bills that are due'),
        holdings: t('Products held'),
        top_tier: t('Highest tier held'),
        campaign_contacts_90d: t('Campaign contacts in the last 90 days'),
        'score.nbo': t('The best offer’s chance to be accepted'),
        'score.churn': t('Probability that the customer leaves'),
        'score.ltv': t('What the customer will bring'),
        'score.propensity': t('Probability of a purchase soon'),
        'score.upsell': t('Probability of a higher tier'),
        'score.cross_sell': t('Probability of a category not bought before'),
        'score.default_risk': t('Probability that a bill is paid very late'),
        'score.engagement': t('How much the customer will take part, 0 to 100'),
        'score.campaign_response': t('Probability of a conversion after a contact'),
        'offer.id': t('The offer'),
        'offer.category': t('The offer’s category'),
        'offer.value': t('The offer’s value'),
    };
}

/** One feature for each value of something: the value is the end of the name. */
function wordsByValue(t: TFunction, name: string): string | undefined {
    const [, of, value] = /^(category|channel)_share_365d_(.+)$/.exec(name) ?? [];
    if (value === undefined) {
        return undefined;
    }
    return of === 'category'
        ? t('Share of spend on {{value}} in the last 365 days', { value })
        : t('Share of purchases through {{value}} in the last 365 days', { value });
}

/** `name=value`, a column of its own for one value, goes by its feature. */
export function featureWordsFor(t: TFunction): FeatureWords {
    const words = wordsIn(t);
    return (column) => {
        const name = column.split('=')[0] ?? column;
        return words[name] ?? wordsByValue(t, name);
    };
}

export function useFeatureWords(): FeatureWords {
    const { t } = useTranslation();
    return useMemo(() => featureWordsFor(t), [t]);
}

/**
 * The server's `days since the last activity 97 days` in another language: by the feature whose English words it begins
 * with. undefined: it begins with none.
 */
export function valueToldAgain(said: string, t: TFunction, english: TFunction, format: Format): string | undefined {
    const words = wordsIn(t);
    const begins = Object.entries(wordsIn(english))
        .filter(([, text]) => said.toLowerCase().startsWith(`${text.toLowerCase()} `))
        .toSorted(([, a], [, b]) => b.length - a.length)[0];
    if (begins === undefined) {
        return undefined;
    }
    const [name, text] = begins;
    const value = said.slice(text.length + 1);
    const days = /^([\d.]+) days?$/.exec(value)?.[1];
    return t('{{feature}} {{value}}', {
        feature: words[name],
        value: days === undefined ? value : format.days(Number(days)),
    });
}
