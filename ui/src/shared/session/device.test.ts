import { expect, it } from 'vitest';
import { deviceOf } from './device';

const on = (system: string, rest: string) => `Mozilla/5.0 (${system}) ${rest}`;

it.each([
    [on('X11; Linux x86_64; rv:140.0', 'Gecko/20100101 Firefox/140.0'), 'Firefox', 'Linux'],
    [
        on('Windows NT 10.0; Win64; x64', 'AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0'),
        'Edge',
        'Windows',
    ],
    [on('Macintosh; Intel Mac OS X 10_15_7', 'AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15'), 'Safari', 'macOS'],
    [on('Linux; Android 15; K', 'AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36'), 'Chrome', 'Android'],
    [on('iPhone; CPU iPhone OS 18_5 like Mac OS X', 'CriOS/140.0 Mobile/15E148 Safari/604.1'), 'Chrome', 'iPhone'],
    ['curl/8.5.0', 'curl', undefined],
    ['<img src=x onerror=alert(1)>', undefined, undefined],
    ['', undefined, undefined],
])('%s', (agent, browser, system) => {
    expect(deviceOf(agent)).toEqual({ browser, system });
});
