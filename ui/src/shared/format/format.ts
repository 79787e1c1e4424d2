// Numbers, money and dates as the reader's locale has them; pure, so that a test can ask for any locale.

export interface Format {
    integer(value: number): string;
    decimal(value: number, digits?: number): string;
    compact(value: number): string;
    percent(share: number, digits?: number): string;
    probability(p: number): string;
    money(value: number, currency: string): string;
    moneyCompact(value: number, currency: string): string;
    date(iso: string): string;
    /** Without its year, for axes. */
    day(ms: number): string;
    dateTime(iso: string): string;
    ago(iso: string, now?: number): string;
    duration(seconds: number): string;
    days(value: number): string;
    signed(value: number, digits?: number): string;
    signedPercent(share: number): string;
    list(items: string[]): string;
}

// Arabic text with the digits that charts and tables line up by.
const localeOf = (language: string): string => (language === 'ar' ? 'ar-u-nu-latn' : language);

const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
];

export function formatFor(language: string): Format {
    const locale = localeOf(language);
    const made = new Map<string, Intl.NumberFormat>();
    const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
        const key = JSON.stringify(options);
        const found = made.get(key) ?? new Intl.NumberFormat(locale, options);
        made.set(key, found);
        return found;
    };
    const fixed = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
    const moneyOptions = (currency: string): Intl.NumberFormatOptions =>
        /^[A-Z]{3}$/.test(currency)
            ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }
            : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    const money = (value: number, options: Intl.NumberFormatOptions): string =>
        numbers(options)
            .formatToParts(value)
            .map((part) => (part.type === 'currency' && language === 'ar' ? `\u2066${part.value}\u2069` : part.value))
            .join('');
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
    const dayOfYear = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
    const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    const format: Format = {
        integer: (value) => numbers({ maximumFractionDigits: 0 }).format(value),
        decimal: (value, digits = 2) => numbers(fixed(digits)).format(value),
        compact: (value) =>
            Math.abs(value) < 10_000
                ? numbers({ maximumFractionDigits: 0 }).format(value)
                : numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value),
        percent: (share, digits = 1) => numbers({ style: 'percent', ...fixed(digits) }).format(share),
        probability: (p) => (p > 0 && p < 0.001 ? '< 0.001' : numbers(fixed(3)).format(p)),
        money: (value, currency) => money(value, moneyOptions(currency)),
        moneyCompact: (value, currency) =>
            Math.abs(value) < 10_000
                ? money(value, { ...moneyOptions(currency), ...fixed(0) })
                : money(value, {
                      ...moneyOptions(currency),
                      notation: 'compact',
                      minimumFractionDigits: 0,
                      maximumFractionDigits: 1,
                  }),
        date: (iso) => (iso ? day.format(new Date(iso)) : '–'),
        day: (ms) => dayOfYear.format(new Date(ms)),
        dateTime: (iso) => (iso ? moment.format(new Date(iso)) : '–'),
        ago(iso, now = Date.now()) {
            const seconds = (new Date(iso).getTime() - now) / 1000;
            const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60];
            return relative.format(Math.trunc(seconds / size), unit);
        },
        duration(seconds) {
            const [unit, size] = units.slice(3).find(([, length]) => seconds >= length) ?? ['second', 1];
            return numbers({
                style: 'unit',
                unit,
                unitDisplay: 'short',
                maximumFractionDigits: size === 1 || seconds / size >= 10 ? 0 : 1,
            }).format(seconds / size);
        },
        days: (value) =>
            numbers({
                style: 'unit',
                unit: 'day',
                unitDisplay: 'long',
                maximumFractionDigits: value < 10 ? 1 : 0,
            }).format(value),
        signed: (value, digits = 2) => numbers({ ...fixed(digits), signDisplay: 'exceptZero' }).format(value),
        signedPercent: (share) => numbers({ style: 'percent', ...fixed(1), signDisplay: 'exceptZero' }).format(share),
        list: (items) =>
            new Intl.ListFormat(locale, { type: 'conjunction' }).format(
                items.map((item) => (language === 'ar' ? `\u2068${item}\u2069` : item)),
            ),
    };
    return format;
}
