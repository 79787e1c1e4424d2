import { defineConfig } from '@playwright/test';
import { out } from './e2e/people';

// Started by e2e/run, which gives BOON_URL, BOON_KEY and E2E_OUT of a server of its own. The tests share that server's
// one instance: one at a time, in the order of their names.
export default defineConfig({
    testDir: 'e2e',
    outputDir: `${out}/results`,
    globalSetup: './e2e/people.ts',
    workers: 1,
    timeout: 120_000,
    expect: { timeout: 20_000 },
    reporter: [['list']],
    forbidOnly: true,
    use: {
        actionTimeout: 20_000,
        baseURL: process.env.BOON_URL,
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'UTC',
        contextOptions: { reducedMotion: 'reduce' },
        screenshot: 'only-on-failure',
        // `--trace retain-on-failure` when a failure needs more than its picture: it takes half as long again.
        trace: 'off',
        launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
    },
});
