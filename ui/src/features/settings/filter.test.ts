import { expect, it } from 'vitest';
import { filtered, type Setting } from './filter';

const setting = (key: string, rest: Partial<Setting> = {}): Setting => ({
    key,
    variable: `BOON_${key.toUpperCase()}`,
    doc: '',
    expected: '',
    value: '',
    source: 'standard',
    is_secret: false,
    ...rest,
});

const settings = [
    setting('currency', { source: 'file', value: 'USD' }),
    setting('http.port', { doc: 'the port the server listens on' }),
    setting('xiva.password', { value: null, source: 'environment', is_secret: true }),
];

it('finds by every word, in key, doc and value', () => {
    expect(filtered(settings, { q: 'PORT server' }).map((s) => s.key)).toEqual(['http.port']);
    expect(filtered(settings, { q: 'usd' }).map((s) => s.key)).toEqual(['currency']);
    expect(filtered(settings, {})).toHaveLength(3);
});

it('leaves out what stands as it came, if only the own ones are wanted', () => {
    expect(filtered(settings, { own: true }).map((s) => s.key)).toEqual(['currency', 'xiva.password']);
});
