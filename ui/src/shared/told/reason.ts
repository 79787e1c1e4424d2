// The server's sentences about a feature, in the reader's language: what it is called, its value, and where it pulls.
import type { TFunction } from 'i18next';
import type { Format } from '@/shared/format/format';
import type { FeatureWords } from './feature-words';

export interface ReasonRow {
    feature: string;
    text: string;
    effect: number;
}

interface Speech {
    language: string;
    t: TFunction;
    format: Format;
}

/** What was said, and whether in English though the reader's language is another. */
export interface Told {
    text: string;
    isForeign?: boolean;
}

/** The value within `days since joining: 45 (raises it)` or `days since joining (45) raises it`. */
export function valueIn(text: string): string | undefined {
    const sentence = /^(.*) (?:\((?:raises|lowers) it\)|(?:raises|lowers) it)$/.exec(text)?.[1];
    return sentence === undefined ? undefined : (/: ([^:]*)$/.exec(sentence) ?? /\(([^()]*)\)$/.exec(sentence))?.[1];
}

/** In English as the server said it; else made anew where all its words are known. */
export function reasonToldIn({ language, t, format }: Speech, wordsOf: FeatureWords, reason: ReasonRow): Told {
    const said = reason.text || reason.feature;
    if (language === 'en') {
        return { text: said };
    }
    const feature = wordsOf(reason.feature);
    const value = valueIn(reason.text);
    if (feature === undefined || value === undefined) {
        return { text: said, isForeign: true };
    }
    const known = { feature, value: valueToldIn(t, format, value) };
    return {
        text:
            reason.effect < 0
                ? t('{{feature}} ({{value}}) lowers it', known)
                : t('{{feature}} ({{value}}) raises it', known),
    };
}

function valueToldIn(t: TFunction, format: Format, value: string): string {
    if (value === 'not known' || value === 'unknown') {
        return t('not known');
    }
    const days = /^([\d.]+) days?$/.exec(value)?.[1];
    if (days !== undefined) {
        return format.days(Number(days));
    }
    const negated = /^not (.+)$/.exec(value)?.[1];
    return negated === undefined ? value : t('not {{value}}', { value: negated });
}
