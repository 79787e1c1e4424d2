// Texts are their own keys, in English; other languages are dictionaries of the English text, loaded when asked for.
// `text.test.ts` reads every text of the sources and fails when a dictionary lacks it.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { plurals } from './en';

export const languages = [
    { code: 'en', name: 'English', direction: 'ltr' },
    { code: 'ar', name: 'العربية', direction: 'rtl' },
] as const;
export type Language = (typeof languages)[number]['code'];

const remembered = 'boon.language';

export function directionOf(language: string): 'ltr' | 'rtl' {
    return languages.find((l) => l.code === language)?.direction ?? 'ltr';
}

export async function setLanguage(code: Language): Promise<void> {
    if (code === 'ar' && !i18next.hasResourceBundle('ar', 'translation')) {
        const { dictionary } = await import('./ar');
        i18next.addResourceBundle('ar', 'translation', dictionary);
    }
    await i18next.changeLanguage(code);
    document.documentElement.lang = code;
    document.documentElement.dir = directionOf(code);
    localStorage.setItem(remembered, code);
}

const rightToLeft = /[\u0590-\u08ff\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A value within a text, where either may run from right to left: between FIRST STRONG ISOLATE and POP DIRECTIONAL
 * ISOLATE, so that it does not turn the words around it.
 */
export function isolated(value: string): string {
    return i18next.dir() === 'rtl' || rightToLeft.test(value) ? `\u2068${value}\u2069` : value;
}

export async function startTexts(): Promise<void> {
    await i18next.use(initReactI18next).init({
        lng: 'en',
        fallbackLng: 'en',
        resources: { en: { translation: plurals } },
        keySeparator: false,
        nsSeparator: false,
        returnEmptyString: false,
        // React escapes markup; here only what turns the line around is kept within itself.
        interpolation: { escape: isolated },
    });
    const wanted = localStorage.getItem(remembered) ?? navigator.language.slice(0, 2);
    if (wanted === 'ar') {
        await setLanguage('ar');
    }
}
