// What a rule may name: as the server says, with its types (GET /api/v1/audiences:variables).
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { useFeatureWords } from '@/shared/told/feature-words';
import { humane, useNames } from '@/shared/ui/names';
import type { RuleWords } from './words';

export interface Variable {
    name: string;
    kind: 'number' | 'text' | 'boolean' | 'time' | 'list';
    values?: readonly string[];
}

/** Whose rule it is: an audience's, an offer's, or one of the lifecycle. */
export type RuleOf = 'audience' | 'offer' | 'stage';

const ofStanding = ['stage', 'value_segment', 'rfm_segment'];
const ofAudiences = [
    'stage_since',
    'days_in_stage',
    'stage_overridden',
    'value_score',
    'predicted_ltv',
    'in_base',
    'r_score',
    'f_score',
    'm_score',
];
/** What audiences may name and others may not: a decision and the lifecycle read less (docs/rules.md). */
const unknownTo: Record<RuleOf, ReadonlySet<string>> = {
    audience: new Set(),
    offer: new Set(ofAudiences),
    stage: new Set([...ofAudiences, ...ofStanding]),
};

/** What the rule builder offers: every variable whose type is known; those of any type are written as JSON. */
export function builderVariables(items: readonly Schemas['AudienceVariable'][], of: RuleOf): Variable[] {
    return items.flatMap(({ name, type, values }): Variable[] =>
        type === 'any' || unknownTo[of].has(name)
            ? []
            : [{ name, kind: type, ...(values.length > 0 ? { values } : {}) }],
    );
}

function useServerVariables(): readonly Schemas['AudienceVariable'][] {
    const said = $api.useQuery('get', '/api/v1/audiences:variables', {}, { staleTime: 300_000 });
    return said.data?.items ?? none;
}
const none: readonly Schemas['AudienceVariable'][] = [];

export function useVariables(of: RuleOf, extra?: readonly Variable[]): Variable[] {
    const said = useServerVariables();
    return useMemo(() => {
        const all = [...(extra ?? []), ...builderVariables(said, of)];
        return all.filter((v, i) => all.findIndex((other) => other.name === v.name) === i);
    }, [said, extra, of]);
}

/** What people call a variable, and its values where boon knows them. */
export function useVariableWords(): RuleWords {
    const { t } = useTranslation();
    const names = useNames();
    const featureWords = useFeatureWords();
    const said = useServerVariables();
    return useMemo(() => {
        // A feature of the programme's own is called as it was declared.
        const own = new Map(said.filter((v) => !v.name.includes('.')).map((v) => [v.name, humane(v.doc)]));
        const known: Record<string, string> = {
            stage: t('Stage'),
            value_segment: t('Value segment'),
            rfm_segment: t('RFM segment'),
            lifetime_value: t('Lifetime value'),
            stage_since: t('Start of the stage'),
            stage_overridden: t('Stage set by hand'),
            in_base: t('Active within 365 days'),
            days_in_stage: t('Days in the stage'),
            value_score: t('Value score'),
            predicted_ltv: t('Predicted value'),
            churn_probability: t('Churn probability'),
            r_score: t('Recency score'),
            f_score: t('Frequency score'),
            m_score: t('Monetary score'),
            channel: t('Channel'),
            placement: t('Placement'),
        };
        const values: Record<string, (value: string) => string> = {
            stage: names.stage,
            value_segment: names.segment,
            rfm_segment: names.rfm,
        };
        return {
            nameOf: (name) => known[name] ?? featureWords(name) ?? own.get(name) ?? humane(name),
            valueOf: (name, value) => values[name]?.(value) ?? value,
        };
    }, [t, names, featureWords, said]);
}
