// Every screen, light and dark, wide and narrow, from the left and from the right: no serious finding of axe, no
// sideways scrolling, no script error. Leaves a picture of each.
import { expect, type Page } from '@playwright/test';
import { test } from '../one-page';
import { desk, expectFits, findings, phone, settle } from '../page';
import { out } from '../people';
import { pathOf, type ScreenName, screens } from '../screens';

/** Darkness changes colours and nothing else: the other rules are asked once. */
const rulesOf = { light: [], dark: ['color-contrast'] };

const speak = (page: Page, language: string) =>
    page.evaluate((code) => localStorage.setItem('boon.language', code), language);

for (const name of Object.keys(screens) as ScreenName[]) {
    test(`${name} is accessible and fits`, async ({ page }) => {
        const errors: string[] = [];
        const note = (error: Error) => errors.push(error.message);
        page.on('pageerror', note);
        const picture = (kind: string) =>
            page.screenshot({ path: `${out}/pictures/${name}-${kind}.png`, fullPage: true });

        await page.setViewportSize(desk);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.goto(await pathOf(name, page.request));
        for (const scheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme: scheme });
            await settle(page);
            await picture(`${scheme}-1280`);
            expect(await findings(page, rulesOf[scheme]), scheme).toEqual([]);
        }
        await page.setViewportSize(phone);
        await settle(page);
        await expectFits(page);
        await picture('dark-390');

        await page.emulateMedia({ colorScheme: 'light' });
        await speak(page, 'ar');
        await page.reload();
        await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
        await settle(page);
        await expectFits(page);
        await picture('arabic-390');
        await page.setViewportSize(desk);
        await expectFits(page);
        await speak(page, 'en');
        page.off('pageerror', note);
        expect(errors).toEqual([]);
    });
}
