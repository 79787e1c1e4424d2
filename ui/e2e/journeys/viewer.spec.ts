import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('viewer') });

test('sees everything and changes nothing', async ({ page }) => {
    await page.goto('/offers?open=1');
    await expect(page.getByRole('complementary')).toContainText('discount');
    await expect(page.getByRole('link', { name: 'New offer' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Retire' })).toHaveCount(0);
    await page.goto('/offers/1');
    await expect(page.getByLabel('Name')).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await page.goto('/lifecycle/rules');
    await expect(page.getByRole('heading', { name: 'Rules of the lifecycle' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Publish' })).toHaveCount(0);
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
