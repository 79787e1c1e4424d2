// A rule as a sentence, for lists and confirmations.
import type { TFunction } from 'i18next';
import { type Drawn, type DrawnGroup, fromLogic, isGroup, type Logic, RAW } from './logic';

function listOf(value: unknown, t: TFunction): string {
    return (Array.isArray(value) ? value : [value])
        .map((one) => (typeof one === 'boolean' ? (one ? t('yes') : t('no')) : one))
        .join(', ');
}

function ruleWords(rule: Drawn, t: TFunction, label: (field: string) => string): string {
    if (rule.field === RAW) {
        return String(rule.value);
    }
    const field = label(rule.field);
    const value = listOf(rule.valueSource === 'field' ? label(String(rule.value)) : rule.value, t);
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

function groupWords(group: DrawnGroup, t: TFunction, label: (field: string) => string): string {
    const parts = group.rules.map((rule) => {
        const drawn = rule as Drawn | DrawnGroup;
        return isGroup(drawn) ? `(${groupWords(drawn, t, label)})` : ruleWords(drawn, t, label);
    });
    const joined = parts.join(group.combinator === 'or' ? ` ${t('or')} ` : ` ${t('and')} `);
    return group.not ? t('not ({{rule}})', { rule: joined }) : joined;
}

export function ruleInWords(rule: Logic, t: TFunction, label: (field: string) => string = (f) => f): string {
    return rule === null || rule === undefined ? t('everybody') : groupWords(fromLogic(rule), t, label);
}
