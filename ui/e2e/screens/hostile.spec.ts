// Text that wants to be more than text: shown as it was written, run nowhere, and the page keeps its shape.
import { expect, test } from '@playwright/test';
import { out, sessionOf } from '../people';
import { hostile } from '../texts';

test.use({ storageState: sessionOf('marketer') });

for (const [kind, text] of Object.entries(hostile)) {
    test(`${kind} in every text field`, async ({ page }) => {
        await page.goto('/offers/new');
        await page.getByLabel('Name').fill(text.slice(0, 255));
        await page.getByRole('combobox', { name: 'Category' }).fill(text.slice(0, 20));
        await page.getByLabel('Description').fill(kind === 'long' ? 'W'.repeat(4_000) : text);
        await page.getByRole('combobox', { name: 'Tags' }).fill(text.slice(0, 20).replaceAll(/[,;]/g, ''));
        await page.keyboard.press('Enter');
        await page.getByLabel('Title', { exact: true }).fill(text);
        await page.getByLabel('Text', { exact: true }).fill(kind === 'long' ? 'W'.repeat(4_000) : text);
        await page.getByLabel('Call to action').fill(text.slice(0, 100));
        const fits = async () => {
            // Polled: after a change of size the navigation slides away first.
            await expect
                .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
                .toBeLessThanOrEqual(0);
            expect(await page.evaluate(() => 'wasRun' in window)).toBe(false);
        };
        await fits();
        await page.getByRole('button', { name: 'Create the draft' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(text.slice(0, 255));
        await fits();
        const id = new URL(page.url()).pathname.split('/').pop();
        for (const path of [
            `/offers?open=${id}`,
            `/offers/${id}?tab=versions`,
            '/lab?customer=C0000042',
            `/lab?customer=${encodeURIComponent(text.slice(0, 60))}`,
        ]) {
            await page.goto(path);
            await page.getByRole('heading', { level: 1 }).waitFor();
            await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
            await fits();
            await page.setViewportSize({ width: 390, height: 844 });
            await fits();
            await page.setViewportSize({ width: 1280, height: 800 });
        }
        await page.screenshot({ path: `${out}/pictures/hostile-${kind}.png`, fullPage: true });
    });
}
