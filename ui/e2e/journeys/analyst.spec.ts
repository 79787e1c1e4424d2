import { expect, type Page, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('analyst') });

/** The version of a model that answers now, as the server says. */
async function champion(page: Page, model: string): Promise<string> {
    const response = await page.request.get(`/api/v1/models/${model}/versions`);
    const { items } = (await response.json()) as { items: { version: string; state: string }[] };
    return items.find((v) => v.state === 'champion')?.version ?? '';
}

/** Collects what a job in a dialog says of itself from now on. */
async function listen(page: Page): Promise<Set<string>> {
    const said = new Set<string>();
    await page.exposeFunction('hear', (words: string) => said.add(words));
    await page.evaluate(() => {
        const tell = () => {
            const words = document.querySelector('[role="dialog"] [role="status"]')?.textContent;
            if (words) {
                (window as unknown as { hear: (words: string) => void }).hear(words);
            }
        };
        new MutationObserver(tell).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    return said;
}

async function change(page: Page, verb: 'Promote' | 'Roll back'): Promise<void> {
    await page.getByRole('button', { name: verb }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('serves from the next prediction and decision on');
    await dialog.getByRole('button', { name: verb }).click();
    await expect(dialog).toHaveCount(0);
}

test('trains a model, sees it get on, compares it, rolls it back, and promotes it again', async ({ page }) => {
    test.setTimeout(300_000);
    const first = await champion(page, 'nbo');
    await page.goto('/models/nbo');
    await page.getByRole('button', { name: 'Train again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Train a model' });
    const said = await listen(page);
    await dialog.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(dialog.getByRole('status')).toContainText('Done', { timeout: 240_000 });
    expect([...said].filter((words) => words.includes('Running')).length).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);

    const second = await champion(page, 'nbo');
    expect(second).not.toBe(first);
    await expect(page.getByLabel('Version', { exact: true })).toHaveValue(second);
    await expect(page.getByLabel('Beside it')).toHaveValue(first);

    await change(page, 'Roll back');
    expect(await champion(page, 'nbo')).toBe(first);
    await page.goto(`/models/nbo?version=${second}`);
    await change(page, 'Promote');
    expect(await champion(page, 'nbo')).toBe(second);
});

test('cannot promote what the gate refused, and reads why', async ({ page }) => {
    await page.goto('/models');
    await page.getByRole('row', { name: /refused by the gate/ }).click();
    await expect(page.getByText(/mean prediction .* is accepted/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Retire' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Promote' })).toHaveCount(0);
});
