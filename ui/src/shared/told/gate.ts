// A condition of a model's gate, from its `name` and `facts` (docs/api.md).
import type { TFunction } from 'i18next';
import type { Format } from '@/shared/format/format';

interface Condition {
    name: string;
    words: string;
    facts?: Record<string, string>;
}

/** The conditions in the words of versions that were trained before there were facts, and in verdicts. */
const forms: { name: string; form: RegExp; facts: string[]; fixed?: Record<string, string> }[] = [
    { name: 'rows', form: /^(\d+) matured rows, at least (\d+) are needed$/, facts: ['rows', 'needed'] },
    {
        name: 'each_class',
        form: /^(\d+) rows (of the rarer class|of the rarest offer|above zero), at least (\d+) are needed$/,
        facts: ['rows', 'of', 'needed'],
    },
    {
        name: 'gain',
        form: /^(.+) is (\S+) lower than that of the best trivial predictor \((.+)\); 95 % interval (\S+) to (\S+), /,
        facts: ['measure', 'gain', 'against', 'low', 'high'],
    },
    {
        name: 'gain',
        form: /^NDCG is (\S+) higher than that of (.+); 95 % interval (\S+) to (\S+), which must lie above 0$/,
        facts: ['gain', 'against', 'low', 'high'],
        fixed: { measure: 'NDCG' },
    },
    {
        name: 'calibration_slope',
        form: /^calibration slope (\S+), (\S+) to (\S+) is accepted$/,
        facts: ['slope', 'low', 'high'],
    },
    {
        name: 'mean_prediction',
        form: /^mean prediction (\S+) against (?:a rate|an actual mean) of (\S+): (\S+) apart, (\S+) is accepted$/,
        facts: ['predicted', 'actual', 'gap', 'allowed'],
    },
    {
        name: 'order',
        form: /^rank correlation (\S+); 95 % interval (\S+) to (\S+), which must lie above 0$/,
        facts: ['correlation', 'low', 'high'],
    },
    {
        name: 'calibration_error',
        form: /^calibration error (\S+), (\S+) is accepted$/,
        facts: ['error', 'allowed'],
    },
];

function factsIn(words: string): Condition | undefined {
    for (const { name, form, facts, fixed } of forms) {
        const found = form.exec(words);
        if (found) {
            const named = Object.fromEntries(facts.map((fact, i) => [fact, found[i + 1] ?? '']));
            return { name, words, facts: { ...fixed, ...named } };
        }
    }
    return undefined;
}

/** `refused: …; …`: why a version may not serve; undefined where a condition is not known. */
export function verdictTold(verdict: string, t: TFunction, format: Format): string | undefined {
    const refused = /^refused: (.+)$/s.exec(verdict)?.[1];
    const parts = refused?.split(/; (?!95 %|ranking )/).map((words) => conditionTold({ name: '', words }, t, format));
    return parts?.every((part) => part !== undefined) ? parts.join(' ') : undefined;
}

export function conditionTold(condition: Condition, t: TFunction, format: Format): string | undefined {
    const known = Object.keys(condition.facts ?? {}).length > 0 ? condition : factsIn(condition.words);
    return known && told(known, t, format);
}

function told({ name, facts = {} }: Condition, t: TFunction, format: Format): string | undefined {
    const number = (key: string, digits = 3) => format.decimal(Number(facts[key]), digits);
    const count = (key: string) => format.integer(Number(facts[key]));
    const percent = (key: string) => format.percent(Number(facts[key]), 2);
    switch (name) {
        case 'rows':
            return t('{{rows}} matured rows; at least {{needed}} are needed.', {
                rows: count('rows'),
                needed: count('needed'),
            });
        case 'each_class': {
            const known = { rows: count('rows'), needed: count('needed') };
            const said: Record<string, string> = {
                'of the rarer class': t('{{rows}} rows of the rarer class; at least {{needed}} are needed.', known),
                'of the rarest offer': t('{{rows}} rows of the rarest offer; at least {{needed}} are needed.', known),
                'above zero': t('{{rows}} rows above zero; at least {{needed}} are needed.', known),
            };
            return said[facts.of ?? ''];
        }
        case 'gain': {
            const known = {
                gain: number('gain', 4),
                low: number('low', 4),
                high: number('high', 4),
                against: facts.against,
                measure: facts.measure,
            };
            return facts.measure === 'NDCG'
                ? t(
                      '{{measure}} is {{gain}} higher than that of {{against}}; its interval of {{low}} to {{high}} must lie above 0.',
                      known,
                  )
                : t(
                      '{{measure}} is {{gain}} lower than that of the best simple predictor ({{against}}); its interval of {{low}} to {{high}} must lie above 0.',
                      known,
                  );
        }
        case 'calibration_slope':
            return t('Calibration slope {{slope}}; {{low}} to {{high}} is accepted.', {
                slope: number('slope'),
                low: number('low', 1),
                high: number('high', 1),
            });
        case 'mean_prediction':
            return t(
                'The mean prediction is {{predicted}} and what happened {{actual}}: {{gap}} apart; {{allowed}} is accepted.',
                {
                    predicted: number('predicted', 4),
                    actual: number('actual', 4),
                    gap: number('gap', 4),
                    allowed: number('allowed', 4),
                },
            );
        case 'calibration_error':
            return t('Calibration error {{error}}; {{allowed}} is accepted.', {
                error: number('error', 4),
                allowed: number('allowed', 4),
            });
        case 'order':
            return t('Rank correlation {{correlation}}; its interval of {{low}} to {{high}} must lie above 0.', {
                correlation: number('correlation'),
                low: number('low'),
                high: number('high'),
            });
        case 'one_offer':
            return t(
                'Offer {{offer}} takes {{share}} of the first places; ranking converts {{gain}} more than always showing offer {{fixed}}, which must be above 0.',
                {
                    offer: facts.offer,
                    share: percent('share'),
                    gain: number('gain', 4),
                    fixed: facts.fixed,
                },
            );
        case 'champion':
            return t(
                'Its loss differs by {{loss}} from that of the version that serves; the upper bound is {{upper}}, at most {{allowed}} is accepted.',
                {
                    loss: format.signedPercent(Number(facts.loss)),
                    upper: format.signedPercent(Number(facts.upper)),
                    allowed: format.signedPercent(Number(facts.allowed)),
                },
            );
        default:
            return undefined;
    }
}
