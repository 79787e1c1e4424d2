// What tests ask of any page.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Until the page has what it shows: nothing loads, every chart is drawn, nothing moves. */
export async function settle(page: Page): Promise<void> {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect(page.locator('[class*="_waiting_"], [aria-busy="true"]')).toHaveCount(0);
    // Charts say when they are drawn.
    await expect(page.locator('[role="img"][dir="ltr"]:not([data-drawn])')).toHaveCount(0);
    await page.evaluate(async () => {
        const ending = document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime));
        await Promise.allSettled(ending.map((animation) => animation.finished));
    });
}

/** Nothing stands out sideways. Polled: after a change of size the navigation slides away first. */
export async function expectFits(page: Page): Promise<void> {
    await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
        .toBeLessThanOrEqual(0);
}

export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 800 };

/** What axe finds serious on the page as it is: of these rules, or of all. */
export async function findings(page: Page, rules: string[] = []): Promise<string[]> {
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
    return violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join('\n    ')}`);
}
