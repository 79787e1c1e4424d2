// The words that people read for the names that the API speaks.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** snake_case as a sentence would have it, for names that a programme gave itself. */
export function humane(name: string): string {
    const words = name.replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface Names {
    stage(name: string): string;
    segment(name: string): string;
    rfm(name: string): string;
    state(name: string): string;
    step(name: string): string;
    job(kind: string): string;
}

export function useNames(): Names {
    const { t } = useTranslation();
    return useMemo(() => {
        const among = (table: Record<string, string>) => (name: string) => table[name] ?? humane(name);
        return {
            stage: among({
                acquisition: t('Acquisition'),
                onboarding: t('Onboarding'),
                growth: t('Growth'),
                retention: t('Retention'),
                win_back: t('Win back'),
                churn: t('Churn'),
            }),
            segment: among({
                high_value: t('High value'),
                medium_value: t('Medium value'),
                low_value: t('Low value'),
                at_risk: t('At risk'),
                new: t('New customers'),
                all: t('Everybody'),
            }),
            rfm: among({
                champions: t('Champions'),
                loyal: t('Loyal'),
                potential_loyalist: t('Potential loyalist'),
                new: t('New'),
                promising: t('Promising'),
                needs_attention: t('Needs attention'),
                about_to_sleep: t('About to sleep'),
                cant_lose: t('Can’t lose'),
                at_risk: t('At risk'),
                hibernating: t('Hibernating'),
                lost: t('Lost'),
            }),
            state: among({
                draft: t('Draft'),
                live: t('Live'),
                paused: t('Paused'),
                retired: t('Retired'),
                queued: t('Queued'),
                running: t('Running'),
                succeeded: t('Done'),
                failed: t('Failed'),
                cancelled: t('Cancelled'),
                needs_approval: t('Needs approval'),
                superseded: t('Superseded'),
                candidate: t('Candidate'),
                champion: t('Champion'),
                challenger: t('Challenger'),
                created: t('Created'),
                updated: t('Updated'),
                unchanged: t('Unchanged'),
                rejected: t('Rejected'),
                withdrawn: t('Withdrawn'),
                ok: t('Fine'),
                warning: t('Warning'),
                error: t('Error'),
            }),
            job: among({
                features: t('Features'),
                value: t('Value'),
                lifecycle: t('Lifecycle'),
                train: t('Training'),
                score: t('Scoring'),
                drift: t('Drift'),
                figures: t('Figures of offers'),
                retention: t('Retention of data'),
                warehouse: t('Warehouse'),
                sync: t('Sync'),
                customers: t('Customers from elsewhere'),
                audience_export: t('Audience to a receiver'),
            }),
            step: among({
                live: t('Live'),
                valid: t('Valid today'),
                placement: t('Placement'),
                channel: t('Channel'),
                stage: t('Stage'),
                segment: t('Segment'),
                value: t('Value bounds'),
                eligibility: t('Eligibility rule'),
                consent: t('Consent'),
                contact_policy: t('Contact policy'),
                caps: t('Caps'),
                budget: t('Budget'),
                arbitrate: t('Expected value'),
                explore: t('Exploration'),
                rank: t('Rank'),
                fallback: t('Fallback'),
                shown: t('Shown'),
            }),
        };
    }, [t]);
}
