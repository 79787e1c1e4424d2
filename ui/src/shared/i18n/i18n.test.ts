import i18next from 'i18next';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLanguage, startTexts } from './i18n';

beforeAll(startTexts);
afterAll(() => setLanguage('en'));

it('keeps a value that runs the other way within itself', async () => {
    const say = (name: string) => i18next.t('Retire “{{name}}”?', { name });
    expect(say('Double points')).toBe('Retire “Double points”?');
    expect(say('<b>"x" & {{y}}</b>')).toBe('Retire “<b>"x" & {{y}}</b>”?');
    expect(say('عرض')).toBe('Retire “\u2068عرض\u2069”?');
    expect(say('\u202Egnp.exe')).toBe('Retire “\u2068\u202Egnp.exe\u2069”?');
    await setLanguage('ar');
    expect(say('Double points')).toContain('\u2068Double points\u2069');
});
