// One page for all tests of a file: what it has fetched and compiled once it keeps, which saves a quarter of the time.
import { type Page, test as base } from '@playwright/test';
import { sessionOf } from './people';

export const test = base.extend<object, { shared: Page }>({
    shared: [
        async ({ browser }, use, { project }) => {
            const { baseURL, locale, timezoneId, contextOptions, viewport } = project.use;
            const kept = { baseURL, locale, timezoneId, viewport, ...contextOptions };
            const context = await browser.newContext({ ...kept, storageState: sessionOf('admin') });
            context.setDefaultTimeout(20_000);
            await use(await context.newPage());
            await context.close();
        },
        { scope: 'worker' },
    ],
    page: async ({ shared }, use) => {
        await use(shared);
    },
});
