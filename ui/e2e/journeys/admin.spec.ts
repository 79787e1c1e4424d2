// Users, webhooks and settings: what an admin and an operator come for.
import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.describe('an admin', () => {
    test.use({ storageState: sessionOf('admin') });

    test('invites somebody, changes the role, and removes them', async ({ page }) => {
        const name = `guest-${Date.now()}`;
        await page.goto('/users');
        await page.getByRole('button', { name: 'Invite somebody' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('User name').fill(name);
        await dialog.getByRole('radio', { name: 'Marketer' }).check();
        await dialog.getByRole('button', { name: 'Make the link' }).click();
        await expect(dialog.locator('pre')).toContainText('/setup#');
        await dialog.getByRole('button', { name: 'Close' }).click();

        await page.getByRole('row', { name: new RegExp(name) }).click();
        const panel = page.getByRole('complementary', { name });
        await panel.getByRole('radio', { name: 'Analyst' }).check();
        await panel.getByRole('button', { name: 'Change the role' }).click();
        await expect(dialog).toContainText(`All sessions of ${name} end now.`);
        await dialog.getByRole('button', { name: 'Change the role' }).click();
        await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('Analyst');

        await panel.getByRole('button', { name: 'Remove' }).click();
        await dialog.getByRole('button', { name: 'Remove' }).click();
        await expect(page.getByRole('row', { name: new RegExp(name) })).toHaveCount(0);
    });
});

test.describe('an operator', () => {
    test.use({ storageState: sessionOf('operator') });

    test('adds a receiver, gives it a new secret, and forgets it', async ({ page }) => {
        const url = `https://example.com/${Date.now()}`;
        await page.goto('/webhooks');
        await page.getByRole('button', { name: 'Add a receiver' }).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Address').fill(url);
        await dialog.getByRole('button', { name: 'Add the receiver' }).click();

        const panel = page.getByRole('complementary', { name: 'Receiver' });
        await expect(panel).toContainText(url);
        await panel.getByRole('button', { name: 'Show the secret' }).click();
        const first = await dialog.locator('pre').textContent();
        expect(first).toContain('whsec_');
        await dialog.getByRole('button', { name: 'Close' }).click();

        await panel.getByRole('button', { name: 'New secret' }).click();
        await expect(dialog).toContainText('signs beside the new one for a day');
        await dialog.getByRole('button', { name: 'New secret' }).click();
        await expect(dialog.locator('pre')).toContainText('whsec_');
        expect(await dialog.locator('pre').textContent()).not.toBe(first);
        await dialog.getByRole('button', { name: 'Close' }).click();

        await panel.getByRole('button', { name: 'Forget' }).click();
        await dialog.getByRole('button', { name: 'Forget' }).click();
        await expect(page.getByText(url)).toHaveCount(0);
    });

    test('finds what this instance set itself', async ({ page }) => {
        await page.goto('/settings');
        await page.getByLabel('Find a setting').fill('currency');
        await expect(page.getByRole('row', { name: /currency/ })).toBeVisible();
        await expect(page).toHaveURL(/q=currency/);
        await page.getByRole('switch', { name: 'Only what was set here' }).click();
        await expect(page).toHaveURL(/own=true/);
    });
});

test.describe('a viewer', () => {
    test.use({ storageState: sessionOf('viewer') });

    test('sees receivers but no way to change them, and neither users nor settings', async ({ page }) => {
        await page.goto('/webhooks');
        await expect(page.getByRole('heading', { name: 'Webhooks' })).toBeVisible();
        await expect(page.getByRole('button', { name: 'Add a receiver' })).toHaveCount(0);
        const screens = page.getByRole('navigation', { name: 'Screens' });
        await expect(screens.getByRole('link', { name: 'Users' })).toHaveCount(0);
        await page.goto('/settings');
        await expect(page.getByText('Your role does not include this')).toBeVisible();
    });
});
