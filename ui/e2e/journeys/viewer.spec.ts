import { expect, test } from '@playwright/test';
import { settle } from '../page';
import { sessionOf } from '../people';
import { pathOf, type ScreenName, screens } from '../screens';

test.use({ storageState: sessionOf('viewer') });

/** Buttons that look, find, show or take home: all that a viewer may press. What is new here must be one of these. */
const harmless = [/^Export$/, /^View and export$/, /^Table and export: /, /^Open\b/, /^Close$/, /^Check now$/];
/** Reads that send what they ask for. */
const asks = ['/api/v1/audiences:count', '/api/v1/lifecycle/rules:preview', '/api/v1/lifecycle/rules:validate'];

test('sees every screen, and no way to change anything on any', async ({ page }) => {
    const sent: string[] = [];
    page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (request.method() !== 'GET' && !asks.includes(pathname)) {
            sent.push(`${request.method()} ${pathname}`);
        }
    });
    const pressable: string[] = [];
    for (const name of Object.keys(screens) as ScreenName[]) {
        await page.goto(await pathOf(name, page.request));
        await settle(page);
        // What stands in the head of a table sorts it; tabs only turn pages.
        const buttons = page.locator('main, aside').locator('button:enabled:not(th button, [role=tab])');
        for (const button of await buttons.all()) {
            const words = ((await button.getAttribute('aria-label')) ?? (await button.innerText())).trim();
            if (!harmless.some((known) => known.test(words))) {
                pressable.push(`${name}: ${words}`);
            }
        }
    }
    expect([...new Set(pressable)]).toEqual([]);
    expect(sent).toEqual([]);
});

test('an offer is for reading', async ({ page }) => {
    await page.goto('/offers?open=1');
    await expect(page.getByRole('complementary')).toContainText('discount');
    await expect(page.getByRole('link', { name: 'New offer' })).toHaveCount(0);
    await page.goto('/offers/1');
    await expect(page.getByLabel('Name')).toBeDisabled();
});

test('the server refuses what the pages do not offer', async ({ page }) => {
    await page.goto('/');
    const status = await page.evaluate(async () => {
        const response = await fetch('/api/v1/offers/1:pause', {
            method: 'POST',
            headers: { 'Idempotency-Key': crypto.randomUUID() },
        });
        return response.status;
    });
    expect(status).toBe(403);
});
