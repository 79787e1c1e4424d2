// Why a rule held or not, as the server says it (`stage (churn) is not growth`), with the names that people use, in the
// reader's language. Rules that are put together in other ways stay as they came.
import type { TFunction } from 'i18next';
import { isolated } from '@/shared/i18n/i18n';

export interface RuleNames {
    nameOf: (name: string) => string | undefined;
    valueOf: (name: string, value: string) => string;
}

const verbs = 'is not|is|has to be|must not be|contains|does not contain|has to contain|must not contain';
const leaf = new RegExp(String.raw`^([A-Za-z_][\w.]*)(?: \(([^()]*)\))? (${verbs}) (.+)$`);

function valueTold(t: TFunction, names: RuleNames, name: string, value: string): string {
    if (/^[<>]=? /.test(value)) {
        return isolated(value);
    }
    const list = /^one of (.+)$/.exec(value)?.[1];
    return list
        ? t('one of {{values}}', {
              values: list
                  .split(', ')
                  .map((one) => names.valueOf(name, one))
                  .join(', '),
          })
        : isolated(names.valueOf(name, value));
}

function leafTold(t: TFunction, names: RuleNames, text: string): string | undefined {
    const found = leaf.exec(text);
    const called = found && names.nameOf(found[1]!);
    if (!found || !called) {
        return undefined;
    }
    const [, name, now, verb, value] = found as unknown as [string, string, string | undefined, string, string];
    const field = now === undefined ? called : `${called} (${isolated(names.valueOf(name, now))})`;
    if (value === 'known' || value === 'missing') {
        const isKnown = (value === 'known') === (verb === 'is' || verb === 'has to be');
        if (verb === 'is' || verb === 'is not') {
            return isKnown ? t('{{field}} is known', { field }) : t('{{field}} is not known', { field });
        }
        return isKnown ? t('{{field}} has to be known', { field }) : t('{{field}} must not be known', { field });
    }
    const facts = { field, value: valueTold(t, names, name, value) };
    const said: Record<string, () => string> = {
        is: () => t('{{field}} is {{value}}', facts),
        'is not': () => t('{{field}} is not {{value}}', facts),
        'has to be': () => t('{{field}} has to be {{value}}', facts),
        'must not be': () => t('{{field}} must not be {{value}}', facts),
        contains: () => t('{{field}} contains {{value}}', facts),
        'does not contain': () => t('{{field}} does not contain {{value}}', facts),
        'has to contain': () => t('{{field}} has to contain {{value}}', facts),
        'must not contain': () => t('{{field}} must not contain {{value}}', facts),
    };
    return said[verb]?.();
}

export function ruleTold(t: TFunction, names: RuleNames, text: string): string | undefined {
    for (const [word, joint] of [
        [' and ', t('and')],
        [' or ', t('or')],
    ] as const) {
        const parts = text.split(word);
        const told = parts.map((part) => leafTold(t, names, part));
        if (parts.length > 1 && told.every((part) => part !== undefined)) {
            return told.join(` ${joint} `);
        }
    }
    return leafTold(t, names, text);
}
