import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Schemas } from '@/shared/api/client';
import { formatFor } from '@/shared/format/format';
import { setLanguage, startTexts } from '@/shared/i18n/i18n';
import { checkTold } from './check';
import { consideredTold } from './considered';
import { featureWordsFor, valueToldAgain } from './feature-words';
import { conditionTold, verdictTold } from './gate';
import { noteTold } from './note';
import { reasonToldIn, valueIn } from './reason';
import { ruleTold } from './rule-sentence';
import { forms, sentenceTold } from './sentence';

const source = (path: string) => readFileSync(`${import.meta.dirname}/../../../../${path}`, 'utf8');
const same = (name: string) => name;
const names = { stage: same, segment: same, rfm: same, state: same, step: same, job: same };
type Said = Schemas['Considered'];
const said = (cause: string, facts: Record<string, string> = {}): Said => ({
    offer_id: 1,
    name: 'Ice cream',
    step: 'live',
    cause: cause as Said['cause'],
    why: 'the server’s why',
    change: 'the server’s change',
    facts,
    probability: null,
    score: null,
});
const tell = (cause: string, facts: Record<string, string> = {}) =>
    consideredTold(said(cause, facts), { t: i18next.t, format: formatFor('en'), names, currency: 'EUR' });

beforeAll(startTexts);
afterAll(() => setLanguage('en'));

it('finds the value within the server’s sentences, in both of their forms', () => {
    expect(valueIn('days since the last purchase: 45 (raises it)')).toBe('45');
    expect(valueIn('gender: not F (lowers it)')).toBe('not F');
    expect(valueIn('recency (45 days) raises it')).toBe('45 days');
    expect(valueIn('3 days with purchases in 272 days, the last 59 days ago')).toBeUndefined();
});

it('says a reason again in the reader’s language, and else as the server did, marked', async () => {
    const reason = {
        feature: 'days_since_last_purchase',
        text: 'days since the last purchase: 45 (raises it)',
        effect: 1,
    };
    const own = { feature: 'shoe_size', text: 'shoe size: 45 (raises it)', effect: 1 };
    const words = () => featureWordsFor(i18next.t);
    const speech = (language: string) => ({ language, t: i18next.t, format: formatFor(language) });
    expect(reasonToldIn(speech('en'), words(), reason)).toEqual({ text: reason.text });
    await setLanguage('ar');
    expect(reasonToldIn(speech('ar'), words(), reason).text).toContain('الأيام منذ آخر شراء');
    expect(reasonToldIn(speech('ar'), words(), reason).text).toContain('45');
    expect(reasonToldIn(speech('ar'), words(), own)).toEqual({ text: own.text, isForeign: true });
    await setLanguage('en');
});

it('says the values that decided a stage again', async () => {
    const english = i18next.getFixedT('en');
    const again = (said: string) => valueToldAgain(said, i18next.t, english, formatFor('ar'));
    await setLanguage('ar');
    expect(again('days since the last activity 97 days')).toContain('الأيام منذ آخر نشاط');
    expect(again('days since the last activity 97 days')).not.toContain('days');
    expect(again('shoe size 45')).toBeUndefined();
    await setLanguage('en');
});

it('has words for every feature that a programme begins with', () => {
    const wordsOf = featureWordsFor(i18next.t);
    const declared = [...source('src/records/features/defaults.cc').matchAll(/"name": "([^"]+)"/g)].map(([, name]) =>
        name!.replace('{}', 'x'),
    );
    expect(declared.length).toBeGreaterThan(50);
    expect(declared.filter((name) => wordsOf(name) === undefined)).toEqual([]);
    expect(wordsOf('region=North')).toBe('Region');
});

it('has words for every cause that the server knows', () => {
    const enumeration = /BOOST_DESCRIBE_ENUM\(\s*Cause,([^)]*)\)/.exec(source('src/action/decision/decide.h'))![1]!;
    const causes = enumeration.split(',').map((cause) => cause.trim());
    expect(causes.length).toBeGreaterThan(20);
    const untold = causes.filter((cause) => tell(cause).why === '');
    expect(untold).toEqual([]);
    expect(tell('weather')).toEqual({
        why: '',
        rule: 'the server’s why',
        change: 'the server’s change',
        isChangeForeign: true,
    });
});

it('puts the facts into the sentence', () => {
    expect(tell('value_below', { basis: 'realised', value: '500.00', bound: '500.01' })).toEqual({
        why: 'The customer’s lifetime value of €500.00 is below €500.01.',
        change: 'It has to reach €500.01.',
    });
    expect(tell('other_stage', { stage: 'win_back', customer_stage: 'growth' }).why).toBe(
        'It is for the stage win_back; the customer is in growth.',
    );
    expect(tell('no_gain', { contact_cost: '2.00', margin: '10.00', needed: '0.2' }).change).toBe(
        'Its probability has to exceed 20.0%, or its contact cost has to fall.',
    );
    expect(tell('other_segment', { audience: 'recent', rule: 'recency (45) is not < 10' })).toEqual({
        why: 'It is for the audience recent:',
        rule: 'recency (45) is not < 10',
        change: 'the server’s change',
        isChangeForeign: true,
    });
    expect(tell('rule_not_met', { rule: 'stage (churn) is not growth' }).rule).toBe('Stage (churn) is not growth');
});

it('knows the notes of a decision', () => {
    const notes = [...source('src/action/decision/decide.cc').matchAll(/notes\.emplace_back\(\s*"([^"]+)"/g)];
    expect(notes.length).toBeGreaterThan(2);
    expect(notes.map(([, note]) => noteTold(i18next.t, note!)).filter((told) => told === undefined)).toEqual([]);
    expect(noteTold(i18next.t, 'offer 7 is not shown: its eligibility rule is wrong')).toContain('7');
});

it('says rules with the names that people use, and leaves what it does not know', async () => {
    const words = {
        nameOf: (name: string) => ({ stage: 'Stage', spend_90d: 'Spend', age: 'Age' })[name],
        valueOf: (_: string, value: string) => value,
    };
    const again = (text: string) => ruleTold(i18next.t, words, text);
    expect(again('spend_90d (12) is not > 60 and age is not known')).toBe(
        'Spend (12) is not > 60 and Age is not known',
    );
    expect(again('stage has to be one of growth, retention')).toBe('Stage has to be one of growth, retention');
    expect(again('spend_90d (2) is not >= 3 and < 5')).toBe('Spend (2) is not >= 3 and < 5');
    expect(again('shoe_size is not 3')).toBeUndefined();
    expect(again('the least of spend_90d, age is 3')).toBeUndefined();
    await setLanguage('ar');
    expect(again('age has to be known')).toBe('يجب أن يكون \u2068Age\u2069 معروفًا');
    await setLanguage('en');
});

it('finds each form of a sentence in the server’s sources', () => {
    const files = [
        'platform/base/record.h',
        'platform/base/json.cc',
        'records/sync/convert.cc',
        'records/sync/mapping.cc',
    ];
    const more = [
        'records/sync/engine.cc',
        'records/sync/apply.cc',
        'platform/access/users.cc',
        'platform/access/sessions.cc',
    ];
    const all = [...files, ...more, 'platform/base/money.cc', 'insight/training/model_table.cc']
        .map((path) => source(`src/${path}`))
        .join('\n');
    // A literal over several lines is one.
    const joined = all.replaceAll(/"\s*\n\s*"/g, '');
    expect(forms.filter((form) => !joined.includes(form.source)).map((form) => form.source)).toEqual([]);
});

it('says mistakes and reasons again, each with its place', async () => {
    const again = (text: string) => sentenceTold(i18next.t, text);
    expect(again('/price: `cheap` is not an amount; /name: is missing (looked for at /name, /title)')).toBe(
        '\u2066/price\u2069: “cheap” is not an amount; \u2066/name\u2069: is missing (looked for at /name, /title)',
    );
    expect(again('all 3 records were rejected; the first: /price: `cheap` is not an amount')).toContain(
        'All 3 records',
    );
    expect(again('it would take 2 of 4 live offers from customers (50.0 %), and the limit is 20 %')).toContain(
        '2 of 4',
    );
    expect(again('/name: is odd; /price: is missing')).toBeUndefined();
    expect(again('`cheap` is not an amount in USD: not a decimal number')).toBe('“cheap” is not an amount in USD');
    await setLanguage('ar');
    expect(again('must be at least 3')).toContain('يجب');
    await setLanguage('en');
});

it('has words for every cause of a check and every condition of the gate', () => {
    const causes = [...source('src/program/app/doctor.cc').matchAll(/cause = (?:\w+ \? )?"([a-z_]+)"/g)].map(
        (m) => m[1]!,
    );
    const given = [...causes, 'warehouse_unread', 'warehouse_stale', 'no_warehouse'];
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((cause) => checkTold(i18next.t, { cause, facts: {} }) === undefined)).toEqual([]);
    const names = [...source('src/insight/training/gate.cc').matchAll(/add\("(\w+)",/g)].map((m) => m[1]!);
    expect(names.length).toBeGreaterThan(7);
    const facts = { of: 'above zero', measure: 'log-loss' };
    const refused = 'refused: calibration slope 1.338, 0.8 to 1.2 is accepted; calibration error 0.1, 0.02 is accepted';
    expect(verdictTold(refused, i18next.t, formatFor('en'))).toBe(
        'Calibration slope 1.338; 0.8 to 1.2 is accepted. Calibration error 0.1000; 0.0200 is accepted.',
    );
    const untold = names.filter((name) => !conditionTold({ name, words: '', facts }, i18next.t, formatFor('en')));
    expect(untold).toEqual([]);
});
