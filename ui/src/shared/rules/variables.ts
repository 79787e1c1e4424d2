// What a rule may name: the features of the profiles, and what boon knows beside them.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { stages } from '@/shared/theme/meaning';
import { humane, useNames } from '@/shared/ui/names';
import type { RuleWords } from './words';

export interface Variable {
    name: string;
    kind: 'number' | 'text' | 'boolean' | 'time' | 'list';
    values?: readonly string[];
}

const fixed: Variable[] = [
    { name: 'stage', kind: 'text', values: stages },
    { name: 'value_segment', kind: 'text', values: ['high_value', 'medium_value', 'low_value'] },
    {
        name: 'rfm_segment',
        kind: 'text',
        values: [
            'champions',
            'loyal',
            'potential_loyalist',
            'new',
            'promising',
            'needs_attention',
            'about_to_sleep',
            'cant_lose',
            'at_risk',
            'hibernating',
            'lost',
        ],
    },
    { name: 'lifetime_value', kind: 'number' },
];

/** The features and their types, as a few profiles have them: a categorical one is text wherever it is known. */
async function readFeatures(): Promise<Variable[]> {
    const page = await dataOf(api.GET('/api/v1/customers', { params: { query: { limit: 5 } } }));
    const kinds = new Map<string, Variable['kind']>();
    for (const { customer_id } of page.items) {
        const view = await dataOf(api.GET('/api/v1/customers/{customer_id}', { params: { path: { customer_id } } }));
        for (const feature of view.features) {
            const isText = feature.value !== null && !/^[-−]?[\d.,]/.test(feature.text);
            kinds.set(feature.name, isText ? 'text' : (kinds.get(feature.name) ?? 'number'));
        }
    }
    return [...kinds].map(([name, kind]) => ({ name, kind }));
}

export function useVariables(extra?: readonly Variable[]): Variable[] {
    const features = useQuery({
        queryKey: ['get', '/api/v1/customers', 'variables'],
        queryFn: readFeatures,
        staleTime: 300_000,
    });
    return useMemo(() => {
        const all = [...fixed, ...(extra ?? []), ...(features.data ?? [])];
        return all.filter((v, i) => all.findIndex((other) => other.name === v.name) === i);
    }, [features.data, extra]);
}

/** What people call a variable, and its values where boon knows them. */
export function useVariableWords(): RuleWords {
    const { t } = useTranslation();
    const names = useNames();
    return useMemo(() => {
        const known: Record<string, string> = {
            stage: t('Stage'),
            value_segment: t('Value segment'),
            rfm_segment: t('RFM segment'),
            lifetime_value: t('Lifetime value'),
            stage_since: t('Start of the stage'),
            stage_overridden: t('Stage set by hand'),
            in_base: t('Active within 365 days'),
        };
        const values: Record<string, (value: string) => string> = {
            stage: names.stage,
            value_segment: names.segment,
            rfm_segment: names.rfm,
        };
        return {
            nameOf: (name) => known[name] ?? humane(name),
            valueOf: (name, value) => values[name]?.(value) ?? value,
        };
    }, [t, names]);
}
