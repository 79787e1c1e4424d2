// Sentences that the server says without a cause beside them: mistakes in what was sent, and why a sync rejected a
// record or stopped. Each is recognised by its form, which a test finds in the server's sources; any other stays as it
// came.
import type { TFunction } from 'i18next';

export interface Form {
    form: RegExp;
    /** What stands so in the server's sources. */
    source: string;
    say: (t: TFunction, parts: string[]) => string;
}

export const forms: Form[] = [
    { form: /^is missing$/, source: 'is missing', say: (t) => t('is missing') },
    {
        form: /^is missing \(looked for at (.+)\)$/,
        source: 'is missing (looked for at {})',
        say: (t, [places]) => t('is missing (looked for at {{places}})', { places }),
    },
    { form: /^must not be empty$/, source: 'must not be empty', say: (t) => t('must not be empty') },
    { form: /^must be true or false$/, source: 'must be true or false', say: (t) => t('must be true or false') },
    { form: /^must be a whole number$/, source: 'must be a whole number', say: (t) => t('must be a whole number') },
    { form: /^must be a number$/, source: 'must be a number', say: (t) => t('must be a number') },
    { form: /^must be text$/, source: 'must be text', say: (t) => t('must be text') },
    { form: /^must be a time, as text$/, source: 'must be a time, as text', say: (t) => t('must be a time, as text') },
    {
        form: /^must be an amount, as a number$/,
        source: 'must be an amount, as a number',
        say: (t) => t('must be an amount, as a number'),
    },
    { form: /^is out of range$/, source: 'is out of range', say: (t) => t('is out of range') },
    { form: /^is not a known field$/, source: 'is not a known field', say: (t) => t('is not a known field') },
    {
        form: /^must be one of (.+)$/,
        source: 'must be one of ',
        say: (t, [values]) => t('must be one of {{values}}', { values }),
    },
    {
        form: /^must be at least (\S+)$/,
        source: 'must be at least ',
        say: (t, [n]) => t('must be at least {{n}}', { n }),
    },
    { form: /^must be at most (\S+)$/, source: 'must be at most ', say: (t, [n]) => t('must be at most {{n}}', { n }) },
    {
        form: /^is longer than (\d+) characters$/,
        source: 'is longer than ',
        say: (t, [n]) => t('is longer than {{n}} characters', { n }),
    },
    {
        form: /^has (\d+) characters; at most (\d+) fit$/,
        source: 'has {} characters; at most {} fit',
        say: (t, [n, most]) => t('has {{n}} characters; at most {{most}} fit', { n, most }),
    },
    {
        form: /^`(.*)` is not an amount in (\S+): not a decimal number$/,
        source: '`{}` is not an amount in {}: {}',
        say: (t, [value, currency]) => t('“{{value}}” is not an amount in {{currency}}', { value, currency }),
    },
    {
        form: /^`(.*)` is not an amount$/,
        source: 'an amount',
        say: (t, [value]) => t('“{{value}}” is not an amount', { value }),
    },
    {
        form: /^`(.*)` is not a number$/,
        source: 'a number',
        say: (t, [value]) => t('“{{value}}” is not a number', { value }),
    },
    {
        form: /^`(.*)` is not a text$/,
        source: 'a text',
        say: (t, [value]) => t('“{{value}}” is not a text', { value }),
    },
    {
        form: /^`(.*)` is not true or false$/,
        source: 'true or false',
        say: (t, [value]) => t('“{{value}}” is neither true nor false', { value }),
    },
    {
        form: /^`(.*)` is none of the values that the mapping lists$/,
        source: '`{}` is none of the values that the mapping lists',
        say: (t, [value]) => t('“{{value}}” is none of the values that the mapping lists', { value }),
    },
    {
        form: /^is in (\S+), but the programme's currency is (\S+)$/,
        source: "is in {}, but the programme's currency is {}",
        say: (t, [theirs, ours]) => t('is in {{theirs}}, but the programme’s currency is {{ours}}', { theirs, ours }),
    },
    {
        form: /^it would take (\d+) of (\d+) live offers from customers \((\S+) %\), and the limit is (\S+) %$/,
        source: 'it would take {} of {} live offers from customers ({:.1f} %), and the limit is {} %',
        say: (t, [n, all, share, limit]) =>
            t('It would take {{n}} of {{all}} live offers from customers ({{share}}%), and the limit is {{limit}}%.', {
                n,
                all,
                share,
                limit,
            }),
    },
    {
        form: /^upstream says that nothing has changed$/,
        source: 'upstream says that nothing has changed',
        say: (t) => t('The source says that nothing has changed.'),
    },
    { form: /^cancelled$/, source: '"cancelled"', say: (t) => t('It was cancelled.') },
    {
        form: /^a later run did its work: (\S+)$/,
        source: 'a later run did its work: ',
        say: (t, [run]) => t('A later run did its work: {{run}}', { run }),
    },
    {
        form: /^the one record was rejected: (.+)$/,
        source: 'the one record was rejected: {}',
        say: (t, [why]) => t('The one record was rejected: {{why}}', { why: saidOr(t, why) }),
    },
    {
        form: /^all (\d+) records were rejected; the first: (.+)$/,
        source: 'all {} records were rejected; the first: {}',
        say: (t, [n, why]) => t('All {{n}} records were rejected; the first: {{why}}', { n, why: saidOr(t, why) }),
    },
    {
        form: /^you are not logged in, or no longer$/,
        source: 'you are not logged in, or no longer',
        say: (t) => t('You are not logged in, or no longer.'),
    },
    { form: /^log in again$/, source: 'log in again', say: (t) => t('Log in again.') },
    {
        form: /^nobody would be left who may manage users$/,
        source: 'nobody would be left who may manage users',
        say: (t) => t('Nobody would be left who may manage users.'),
    },
    {
        form: /^make somebody else an admin first$/,
        source: 'make somebody else an admin first',
        say: (t) => t('Make somebody else an admin first.'),
    },
    {
        form: /^probability that the customer converts within the offer's horizon, given that it is shown$/i,
        source: "within the offer's horizon, given that it is shown",
        say: (t) => t('Probability that the customer converts within the offer’s horizon, given that it is shown'),
    },
    {
        form: /^probability of no activity in the next (\d+) days$/i,
        source: 'probability of no activity in the next {} days',
        say: (t, [n]) => t('Probability of no activity in the next {{n}} days', { n }),
    },
    {
        form: /^revenue net of returns in the next (\d+) days$/i,
        source: 'revenue net of returns in the next {} days',
        say: (t, [n]) => t('Revenue net of returns in the next {{n}} days', { n }),
    },
    {
        form: /^probability of a purchase in the next (\d+) days$/i,
        source: 'probability of a purchase in the next {} days',
        say: (t, [n]) => t('Probability of a purchase in the next {{n}} days', { n }),
    },
    {
        form: /^probability of a higher tier within (\d+) days$/i,
        source: 'probability of a higher tier within {} days',
        say: (t, [n]) => t('Probability of a higher tier within {{n}} days', { n }),
    },
    {
        form: /^probability of a conversion within (\d+) days of a campaign's contact$/i,
        source: "probability of a conversion within {} days of a campaign's contact",
        say: (t, [n]) => t('Probability of a conversion within {{n}} days of a campaign’s contact', { n }),
    },
];

function oneTold(t: TFunction, text: string): string | undefined {
    for (const { form, say } of forms) {
        const found = form.exec(text);
        if (found) {
            return say(t, found.slice(1));
        }
    }
    return undefined;
}

/** `/price: …`: a mistake with its place. */
function placedTold(t: TFunction, text: string): string | undefined {
    const placed = /^(\/\S*): (.+)$/s.exec(text);
    if (!placed) {
        return oneTold(t, text);
    }
    const told = oneTold(t, placed[2]!);
    return told && `\u2066${placed[1]}\u2069: ${told}`;
}

/** The sentence, or several between semicolons, in the reader's language; undefined where one is not known. */
export function sentenceTold(t: TFunction, text: string): string | undefined {
    const whole = placedTold(t, text);
    if (whole !== undefined || !text.includes('; ')) {
        return whole;
    }
    const parts = text.split('; ').map((part) => placedTold(t, part));
    return parts.every((part) => part !== undefined) ? parts.join('; ') : undefined;
}

function saidOr(t: TFunction, text = ''): string {
    return sentenceTold(t, text) ?? text;
}
