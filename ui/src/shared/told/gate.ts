// A condition of a model's gate, from its `name` and `facts` (docs/api.md).
import type { TFunction } from 'i18next';
import type { Format } from '@/shared/format/format';

interface Condition {
    name: string;
    words: string;
    facts?: Record<string, string>;
}

export function conditionTold({ name, facts = {} }: Condition, t: TFunction, format: Format): string | undefined {
    const number = (key: string, digits = 3) => `\u2066${format.decimal(Number(facts[key]), digits)}\u2069`;
    const count = (key: string) => format.integer(Number(facts[key]));
    const percent = (key: string) => format.percent(Number(facts[key]), 2);
    if (Object.keys(facts).length === 0) {
        return undefined;
    }
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
