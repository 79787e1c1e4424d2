// Every screen, light and dark, wide and narrow: no serious finding of axe, no sideways scrolling, no script error.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { sessionOf } from './people';
import { screens } from './screens';

test.use({ storageState: sessionOf('admin') });

async function settle(page: Page): Promise<void> {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0, { timeout: 30_000 });
    // Charts say when they are drawn.
    await expect(page.locator('[role="img"][dir="ltr"]:not([data-drawn])')).toHaveCount(0);
}

for (const scheme of ['light', 'dark'] as const) {
    test.describe(scheme, () => {
        test.use({ colorScheme: scheme });
        for (const [name, path] of Object.entries(screens)) {
            test(`${name} is accessible and fits`, async ({ page }) => {
                const errors: string[] = [];
                page.on('pageerror', (error) => errors.push(error.message));
                await page.goto(path);
                await settle(page);
                await page.screenshot({ path: `e2e/artefacts/${name}-${scheme}-1280.png`, fullPage: true });
                const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
                const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
                const told = serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join('\n    ')}`);
                expect(told).toEqual([]);
                await page.setViewportSize({ width: 390, height: 844 });
                await settle(page);
                await page.screenshot({ path: `e2e/artefacts/${name}-${scheme}-390.png`, fullPage: true });
                const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                expect(beyond).toBeLessThanOrEqual(0);
                expect(errors).toEqual([]);
            });
        }
    });
}

test('the pages turn round for Arabic', async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem('boon.language', 'ar'));
    for (const name of ['home', 'offers', 'lifecycle', 'lab']) {
        await page.goto(screens[name] ?? '/');
        await settle(page).catch(() => undefined);
        await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
        await page.screenshot({ path: `e2e/artefacts/${name}-arabic-1280.png`, fullPage: true });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(beyond).toBeLessThanOrEqual(0);
    }
});
