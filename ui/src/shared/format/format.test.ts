import { expect, it } from 'vitest';
import { formatFor } from './format';

it('writes money as the reader has it, the sign in one piece', () => {
    expect(formatFor('en').money(1234.5, 'USD')).toBe('$1,234.50');
    expect(formatFor('en').moneyCompact(324_800, 'USD')).toBe('$324.8K');
    expect(formatFor('ar').money(0.95, 'USD')).toMatch(/0\.95.*\u2066US\$\u2069/);
    expect(formatFor('ar').moneyCompact(324_800, 'USD')).toContain('\u2066US$\u2069');
});

it('names the days of an axis with their month', () => {
    expect(formatFor('en').day(Date.UTC(2026, 5, 8, 12))).toBe('Jun 8');
});
