// What the measures are called, what they mean, and which of two is the better one.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { humane } from '@/shared/ui/names';
import type { Interval } from './metrics';

export interface MeasureWords {
    name: string;
    explain: string;
}

export function useMeasures(): (name: string) => MeasureWords {
    const { t } = useTranslation();
    return useMemo(() => {
        const table: Record<string, MeasureWords> = {
            auc: {
                name: t('AUC'),
                explain: t('How often one who did is ranked above one who did not: 0.5 is chance, 1 is perfect.'),
            },
            average_precision: {
                name: t('Average precision'),
                explain: t(
                    'The share that came true among those ranked highest, over all cuts: chance is the base rate.',
                ),
            },
            log_loss: {
                name: t('Log-loss'),
                explain: t('How surprised the model was by what happened: lower is better.'),
            },
            brier: {
                name: t('Brier score'),
                explain: t('The mean squared distance from probability to outcome: lower is better.'),
            },
            calibration_error: {
                name: t('Calibration error'),
                explain: t('How far what it said is from what came true, over tenths: lower is better.'),
            },
            calibration_slope: {
                name: t('Calibration slope'),
                explain: t('1: as spread as it should be; below 1: too extreme; above: too timid.'),
            },
            calibration_intercept: {
                name: t('Calibration intercept'),
                explain: t('0: right on the whole; above 0: it says too little; below: too much.'),
            },
            lift_at_10_percent: {
                name: t('Lift of the best tenth'),
                explain: t('How many times more often it came true in the tenth ranked highest than in all.'),
            },
            mean_absolute_error: {
                name: t('Mean absolute error'),
                explain: t('How far off the amount is, on average: lower is better.'),
            },
            root_mean_squared_error: {
                name: t('Root mean squared error'),
                explain: t('As the mean absolute error, but large mistakes count more.'),
            },
            rank_correlation: {
                name: t('Rank correlation'),
                explain: t('Whether those predicted more bring more: 1 is the same order, 0 is none.'),
            },
            decile_error: {
                name: t('Error by tenths'),
                explain: t('How far the tenths’ predicted means are from what came, as a share of the mean.'),
            },
            interval_coverage: {
                name: t('Interval coverage'),
                explain: t('The share of amounts inside the stated 80 % intervals: 0.8 is right.'),
            },
            accuracy: {
                name: t('Accuracy'),
                explain: t('The share of rows whose likeliest class was the true one.'),
            },
        };
        return (name) => table[name] ?? { name: humane(name), explain: '' };
    }, [t]);
}

/** What people call the models that boon knows; any other is called as it is. */
export function useModelNames(): (name: string) => string {
    const { t } = useTranslation();
    return useMemo(() => {
        const table: Record<string, string> = {
            nbo: t('Next best offer'),
            churn: t('Churn'),
            ltv: t('Lifetime value'),
            propensity: t('Propensity to buy'),
            upsell: t('Upsell'),
            cross_sell: t('Cross-sell'),
            default_risk: t('Default risk'),
            engagement: t('Engagement'),
            campaign_response: t('Campaign response'),
            product_recommendation: t('Product recommendation'),
        };
        return (name) => table[name] ?? humane(name);
    }, [t]);
}

const higherIsBetter = new Set(['auc', 'average_precision', 'lift_at_10_percent', 'rank_correlation', 'accuracy']);
const aims: Record<string, number> = { calibration_slope: 1, calibration_intercept: 0, interval_coverage: 0.8 };

/** Only where the intervals do not overlap is one better; else it is open. */
export function better(name: string, first: Interval, second: Interval): 'first' | 'second' | 'open' {
    if (first.lower <= second.upper && second.lower <= first.upper) {
        return 'open';
    }
    const aim = aims[name];
    const cost = (value: number): number => {
        if (aim !== undefined) {
            return Math.abs(value - aim);
        }
        return higherIsBetter.has(name) ? -value : value;
    };
    return cost(first.value) < cost(second.value) ? 'first' : 'second';
}
