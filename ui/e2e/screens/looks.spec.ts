// Every screen, light and dark, wide and narrow, from the left and from the right: no serious finding of axe, no
// sideways scrolling, no script error. Leaves a picture of each.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { desk, expectFits, phone, settle } from '../page';
import { out, sessionOf } from '../people';
import { pathOf, type ScreenName, screens } from '../screens';

test.use({ storageState: sessionOf('admin') });

/** Darkness changes colours and nothing else: the other rules are asked once. */
const rulesOf = { light: [], dark: ['color-contrast'] };

async function findings(page: Page, rules: string[]): Promise<string[]> {
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
    return violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join('\n    ')}`);
}

for (const name of Object.keys(screens) as ScreenName[]) {
    test(`${name} is accessible and fits`, async ({ page }) => {
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        const picture = (kind: string) =>
            page.screenshot({ path: `${out}/pictures/${name}-${kind}.png`, fullPage: true });

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
        await page.evaluate(() => localStorage.setItem('boon.language', 'ar'));
        await page.reload();
        await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
        await settle(page);
        await expectFits(page);
        await picture('arabic-390');
        await page.setViewportSize(desk);
        await expectFits(page);
        expect(errors).toEqual([]);
    });
}
