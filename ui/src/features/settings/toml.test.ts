import { expect, it } from 'vitest';
import { tomlOf } from './toml';

it.each([
    ['http.port', '8480', '[http]\nport = 8480'],
    ['http.public_url', 'https://boon.example', '[http]\npublic_url = "https://boon.example"'],
    ['currency', 'a"b\\c', 'currency = "a\\"b\\\\c"'],
    ['outbound.allow_private', 'true', '[outbound]\nallow_private = true'],
    ['outbound.ca_file', null, '[outbound]\nca_file = ""'],
])('%s', (key, value, toml) => {
    expect(tomlOf({ key, value, is_secret: false })).toBe(toml);
});

it('keeps what is secret to itself', () => {
    expect(tomlOf({ key: 'xiva.password', value: null, is_secret: true })).toBe('[xiva]\npassword = "…"');
});
