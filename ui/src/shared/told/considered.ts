// Where an offer dropped out of a decision and what would have to change, from the answer's `cause` and `facts`
// (docs/api.md): in the reader's language, with money, times and shares as the locale has them.
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import type { Format } from '@/shared/format/format';
import { useFormat } from '@/shared/format/use-format';
import { type Names, useNames } from '@/shared/ui/names';
import { featureWordsFor } from './feature-words';
import { ruleTold } from './rule-sentence';

type Considered = Pick<Schemas['Considered'], 'cause' | 'facts' | 'why' | 'change'>;

export interface ToldOffer {
    why: string;
    change: string;
    /** A part of a rule as the server says it, in English; behind `why`. */
    rule?: string;
    /** `change` is the server's own, in English. */
    isChangeForeign?: boolean;
}

interface Speech {
    t: TFunction;
    format: Format;
    names: Names;
    currency?: string;
}

function live(cause: Considered['cause'], facts: Considered['facts'], { t }: Speech): ToldOffer | undefined {
    switch (cause) {
        case 'shown':
            return { why: t('It is among the best for this customer.'), change: '' };
        case 'shown_as_fallback':
            return { why: t('Nothing else is left to show.'), change: '' };
        case 'draft':
            return { why: t('It is a draft.'), change: t('Make it live.') };
        case 'paused':
            return { why: t('It is paused.'), change: t('Make it live again.') };
        case 'retired':
            return { why: t('It is retired, for good.'), change: t('Create a new offer.') };
        case 'withdrawn':
            return {
                why: t('Its source ({{source}}) withdrew it.', { source: facts.source }),
                change: t('Its source has to offer it again.'),
            };
        case 'not_drawn':
            return {
                why: t('Exploration drew something else, to learn from.'),
                change: t('Nothing: ask again, or lower the exploration.'),
            };
        case 'held_back':
            return {
                why: t('It is a fallback, shown only when nothing else is.'),
                change: t('Clear “fallback” to let it compete.'),
            };
        default:
            return undefined;
    }
}

function place(cause: Considered['cause'], facts: Considered['facts'], { t, format }: Speech): ToldOffer | undefined {
    const when = facts.at ? format.dateTime(facts.at) : '';
    switch (cause) {
        case 'not_yet_valid':
            return {
                why: t('It is valid from {{when}} on.', { when }),
                change: t('Wait until then, or move its start.'),
            };
        case 'expired':
            return { why: t('It was valid until {{when}}.', { when }), change: t('Move its end.') };
        case 'other_placement':
            return {
                why: t('It is for {{allowed}}, not for the placement {{asked}}.', facts),
                change: t('Add {{asked}} to its placements.', facts),
            };
        case 'other_channel':
            return {
                why: t('It is for {{allowed}}, not for the channel {{asked}}.', facts),
                change: t('Add {{asked}} to its channels.', facts),
            };
        default:
            return undefined;
    }
}

function people(said: Considered, { t, names }: Speech): ToldOffer | undefined {
    const { cause, facts } = said;
    const stage = names.stage(facts.stage ?? '');
    if (cause === 'other_stage') {
        return {
            why: t('It is for the stage {{stage}}; the customer is in {{now}}.', {
                stage,
                now: names.stage(facts.customer_stage ?? ''),
            }),
            change: t('The customer has to enter the stage {{stage}}.', { stage }),
        };
    }
    if (cause === 'stage_unknown') {
        return {
            why: t('It is for the stage {{stage}}; the customer’s is not known.', { stage }),
            change: t('The daily run has to work out the customer’s stage.'),
        };
    }
    if (cause !== 'other_segment' && cause !== 'segment_unknown') {
        return undefined;
    }
    if (facts.audience !== undefined) {
        return facts.rule
            ? {
                  why: t('It is for the audience {{audience}}:', facts),
                  ...ruleOf(said, { t, names }),
              }
            : {
                  why: t('It is for the audience {{audience}}, which selects nobody now.', facts),
                  change: t('Correct the audience’s rule, or name another.'),
              };
    }
    const segment = segmentWords(facts.segment ?? '', names);
    return cause === 'other_segment'
        ? {
              why: t('It is for “{{segment}}”; the customer is not one of them.', { segment }),
              change: t('The customer has to become “{{segment}}”.', { segment }),
          }
        : {
              why: t('It is for “{{segment}}”; whether the customer is one of them is not known.', { segment }),
              change: t('The customer’s segment has to be worked out.'),
          };
}

export function segmentWords(segment: string, names: Names): string {
    return segment.startsWith('rfm:') ? names.rfm(segment.slice(4)) : names.segment(segment);
}

function value({ cause, facts }: Considered, { t, format, currency }: Speech): ToldOffer | undefined {
    const money = (amount: string | undefined) => format.money(Number(amount), currency ?? '');
    const known = { value: money(facts.value), bound: money(facts.bound) };
    const isPredicted = facts.basis === 'predicted';
    switch (cause) {
        case 'value_below':
            return {
                why: isPredicted
                    ? t('The customer’s predicted value of {{value}} is below {{bound}}.', known)
                    : t('The customer’s lifetime value of {{value}} is below {{bound}}.', known),
                change: t('It has to reach {{bound}}.', known),
            };
        case 'value_above':
            return {
                why: isPredicted
                    ? t('The customer’s predicted value of {{value}} is above {{bound}}.', known)
                    : t('The customer’s lifetime value of {{value}} is above {{bound}}.', known),
                change: t('Raise the offer’s upper bound to {{value}} or more.', known),
            };
        case 'value_unknown':
            return isPredicted
                ? {
                      why: t('It has value bounds, and the customer’s predicted value is not known.'),
                      change: t('Value has to be worked out with a model.'),
                  }
                : {
                      why: t('It has value bounds, and the customer’s lifetime value is not known.'),
                      change: t('The customer needs transactions.'),
                  };
        case 'no_gain':
            return gain(facts, { t, format }, money);
        case 'outranked': {
            const score = format.decimal(Number(facts.score), 3);
            const bar = format.decimal(Number(facts.bar), 3);
            return {
                why: t('Others rank higher: its score is {{score}}.', { score }),
                change: t('Its score has to exceed {{bar}}, that of the last one shown.', { bar }),
            };
        }
        default:
            return undefined;
    }
}

function gain(
    facts: Considered['facts'],
    { t, format }: Pick<Speech, 't' | 'format'>,
    money: (amount: string | undefined) => string,
): ToldOffer {
    if (facts.weight !== undefined) {
        return { why: t('Its weight is 0.'), change: t('Raise its weight.') };
    }
    if (facts.needed === undefined) {
        return {
            why: t('It earns nothing: its margin is {{margin}}.', { margin: money(facts.margin) }),
            change: t('Raise its value, or lower its redemption cost.'),
        };
    }
    return {
        why: t('Showing it costs {{cost}}, more than it can be expected to earn.', { cost: money(facts.contact_cost) }),
        change: t('Its probability has to exceed {{p}}, or its contact cost has to fall.', {
            p: format.percent(Number(facts.needed)),
        }),
    };
}

/** A part of a rule and what has to hold: with the names that people use, where it is of a known form. */
function ruleOf({ facts, change }: Considered, { t, names }: Pick<Speech, 't' | 'names'>): Omit<ToldOffer, 'why'> {
    const features = featureWordsFor(t);
    const values: Record<string, (value: string) => string> = {
        stage: names.stage,
        value_segment: names.segment,
        rfm_segment: names.rfm,
    };
    const own: Record<string, string> = {
        stage: t('Stage'),
        value_segment: t('Value segment'),
        rfm_segment: t('RFM segment'),
    };
    const words = {
        nameOf: (name: string) => own[name] ?? features(name),
        valueOf: (name: string, value: string) => values[name]?.(value) ?? value,
    };
    const told = ruleTold(t, words, change);
    return {
        rule: ruleTold(t, words, facts.rule ?? '') ?? facts.rule,
        change: told ?? change,
        ...(told === undefined ? { isChangeForeign: true } : {}),
    };
}

function rule(said: Considered, speech: Speech): ToldOffer | undefined {
    const { t } = speech;
    switch (said.cause) {
        case 'rule_not_met':
        case 'rule_unknown':
            return { why: t('Its eligibility rule:'), ...ruleOf(said, speech) };
        case 'rule_invalid':
            return {
                why: t('Its eligibility rule does not fit what is known of customers:'),
                rule: said.facts.mistake,
                change: t('Correct the rule, or bring back the feature that it names.'),
            };
        default:
            return undefined;
    }
}

/** What became of one offer; a cause that is not known here, as the server said it. */
export function consideredTold(said: Considered, speech: Speech): ToldOffer {
    const facts = (said.facts as Considered['facts'] | undefined) ?? {};
    const whole = { ...said, facts };
    return (
        live(said.cause, facts, speech) ??
        place(said.cause, facts, speech) ??
        people(whole, speech) ??
        value(whole, speech) ??
        rule(whole, speech) ?? { why: '', rule: said.why, change: said.change, isChangeForeign: true }
    );
}

export function useConsidered(currency: string | undefined): (said: Considered) => ToldOffer {
    const { t } = useTranslation();
    const format = useFormat();
    const names = useNames();
    return useMemo(() => (said) => consideredTold(said, { t, format, names, currency }), [t, format, names, currency]);
}
