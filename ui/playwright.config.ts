import { defineConfig } from '@playwright/test';

// Started by e2e/run, which gives BOON_URL and BOON_KEY of a server of its own.
export default defineConfig({
    testDir: 'e2e',
    outputDir: 'e2e/artefacts/results',
    globalSetup: './e2e/people.ts',
    workers: 1,
    timeout: 180_000,
    expect: { timeout: 15_000 },
    reporter: [['line']],
    use: {
        baseURL: process.env.BOON_URL,
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'UTC',
        trace: 'retain-on-failure',
        launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
    },
});
