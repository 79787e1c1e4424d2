// What a browser says of itself, in the two words by which people tell their devices apart.

// The first that fits: most browsers name those before them, too.
const browsers: [RegExp, string][] = [
    [/\bEdgA?\//, 'Edge'],
    [/\bOPR\//, 'Opera'],
    [/\bSamsungBrowser\//, 'Samsung Internet'],
    [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
    [/\bCriOS\/|\bChrom(e|ium)\/|\bHeadlessChrome\//, 'Chrome'],
    [/\bVersion\/\S+.* Safari\//, 'Safari'],
    [/^curl\//, 'curl'],
];
const systems: [RegExp, string][] = [
    [/\biPhone\b/, 'iPhone'],
    [/\biPad\b/, 'iPad'],
    [/\bAndroid\b/, 'Android'],
    [/\bWindows\b/, 'Windows'],
    [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
    [/\bCrOS\b/, 'ChromeOS'],
    [/\bLinux\b/, 'Linux'],
];

export interface Device {
    browser: string | undefined;
    system: string | undefined;
}

export function deviceOf(agent: string): Device {
    const among = (table: [RegExp, string][]) => table.find(([sign]) => sign.test(agent))?.[1];
    return { browser: among(browsers), system: among(systems) };
}
