// A rule as a sentence, for lists and confirmations.
import type { TFunction } from 'i18next';
import { type Drawn, type DrawnGroup, fromLogic, isGroup, type Logic, RAW } from './logic';

export interface RuleWords {
    nameOf: (name: string) => string;
    valueOf: (name: string, value: string) => string;
}

function listOf(rule: Drawn, t: TFunction, words: RuleWords): string {
    const { field, value, valueSource } = rule;
    if (valueSource === 'field') {
        return words.nameOf(String(value));
    }
    return (Array.isArray(value) ? value : [value])
        .map((one: unknown) => {
            if (typeof one === 'boolean') {
                return one ? t('yes') : t('no');
            }
            return typeof one === 'string' ? words.valueOf(field, one) : one;
        })
        .join(', ');
}

function ruleWords(rule: Drawn, t: TFunction, words: RuleWords): string {
    if (rule.field === RAW) {
        return String(rule.value);
    }
    const field = words.nameOf(rule.field);
    const value = listOf(rule, t, words);
    switch (rule.operator) {
        case '==':
            return t('{{field}} is {{value}}', { field, value });
        case '!=':
            return t('{{field}} is not {{value}}', { field, value });
        case 'in':
            return t('{{field}} is one of {{value}}', { field, value });
        case 'notIn':
            return t('{{field}} is none of {{value}}', { field, value });
        case 'days<=':
            return t('{{field}} was at most {{value}} days ago', { field, value });
        case 'days>=':
            return t('{{field}} was at least {{value}} days ago', { field, value });
        case 'days<':
            return t('{{field}} was less than {{value}} days ago', { field, value });
        case 'days>':
            return t('{{field}} was more than {{value}} days ago', { field, value });
        case 'contains':
            return t('{{field}} contains {{value}}', { field, value });
        case 'lacks':
            return t('{{field}} does not contain {{value}}', { field, value });
        case 'missing':
            return t('{{field}} is not known', { field });
        case 'known':
            return t('{{field}} is known', { field });
        case 'between': {
            const [low, high] = rule.value as unknown[];
            return t('{{field}} is between {{low}} and {{high}}', { field, low, high });
        }
        default:
            return `${field} ${rule.operator} ${value}`;
    }
}

function groupWords(group: DrawnGroup, t: TFunction, words: RuleWords): string {
    const parts = group.rules.map((rule) => {
        const drawn = rule as Drawn | DrawnGroup;
        return isGroup(drawn) ? `(${groupWords(drawn, t, words)})` : ruleWords(drawn, t, words);
    });
    const joined = parts.join(group.combinator === 'or' ? ` ${t('or')} ` : ` ${t('and')} `);
    return group.not ? t('not ({{rule}})', { rule: joined }) : joined;
}

const asItIs: RuleWords = { nameOf: (name) => name, valueOf: (_, value) => value };

export function ruleInWords(rule: Logic, t: TFunction, words: RuleWords = asItIs): string {
    return rule === null || rule === undefined ? t('everybody') : groupWords(fromLogic(rule), t, words);
}
