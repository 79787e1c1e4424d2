import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('analyst') });

interface Version {
    version: string;
    state: string;
}

test('trains a model, sees it get on, promotes it, and rolls it back', async ({ page }) => {
    test.setTimeout(240_000);
    const versions = async () => {
        const response = await page.request.get('/api/v1/models/nbo/versions');
        return ((await response.json()) as { items: Version[] }).items;
    };
    const champion = async () => (await versions()).find((v) => v.state === 'champion')?.version;
    const first = await champion();
    expect(first).toBeTruthy();

    await page.goto('/models?model=nbo');
    await page.getByRole('button', { name: 'Train a model' }).click();
    const dialog = page.getByRole('dialog', { name: 'Train a model' });
    await dialog.getByLabel('Model').selectOption('nbo');
    // What it says on its way comes from the job itself, and stays in view until the end.
    const said = new Set<string>();
    await page.exposeFunction('hear', (words: string) => said.add(words));
    await page.evaluate(() => {
        const tell = () => {
            const words = document.querySelector('[role="dialog"] [role="status"]')?.textContent;
            if (words) {
                void (window as unknown as { hear: (words: string) => void }).hear(words);
            }
        };
        new MutationObserver(tell).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await dialog.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(dialog.getByRole('status')).toContainText('Done', { timeout: 180_000 });
    expect([...said].filter((words) => words.includes('Running')).length).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);

    const candidate = (await versions()).find((v) => v.state === 'candidate');
    expect(candidate).toBeTruthy();
    await page
        .getByRole('row', { name: /Candidate/ })
        .first()
        .click();
    const panel = page.getByRole('complementary', { name: new RegExp(candidate?.version.slice(0, 8) ?? '') });
    await expect(panel.getByText('passed all 6 conditions')).toBeVisible();
    await panel.getByRole('button', { name: 'Promote' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
    await expect(panel.getByText('Champion')).toBeVisible();
    expect(await champion()).toBe(candidate?.version);

    await panel.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await expect(panel.getByText('Champion')).toHaveCount(0);
    expect(await champion()).toBe(first);
});

test('cannot promote what the gate refused, and reads why', async ({ page }) => {
    await page.goto('/models');
    await page.getByRole('row', { name: /churn/ }).click();
    const panel = page.getByRole('complementary', { name: /^churn/ });
    await expect(panel.getByText(/mean prediction .* is accepted/)).toBeVisible();
    await expect(panel.getByRole('button', { name: 'Promote' })).toBeDisabled();
});
