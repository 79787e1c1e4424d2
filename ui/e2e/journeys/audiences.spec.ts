import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.describe('a marketer', () => {
    test.use({ storageState: sessionOf('marketer') });

    test('goes from a stage to its customers, an audience, and its list', async ({ page }) => {
        await page.goto('/lifecycle');
        await page.getByRole('link', { name: 'Audience of the stage Retention' }).click();
        await expect(page.getByRole('heading', { name: 'New audience' })).toBeVisible();
        const live = page.getByRole('region', { name: 'How many are they?' });
        await expect(live.getByRole('link', { name: /^C\d+$/ }).first()).toBeVisible();
        await page.getByLabel('Name').fill('keep-them');
        await page.getByRole('button', { name: 'Create the audience' }).click();

        const panel = page.getByRole('complementary', { name: 'keep-them' });
        await expect(panel.getByText('Customers now')).toBeVisible();
        const { customers } = (await (await page.request.get('/api/v1/audiences/keep-them/count')).json()) as {
            customers: number;
        };
        expect(customers).toBeGreaterThan(0);
        const download = page.waitForEvent('download');
        await panel.getByRole('link', { name: 'Export as CSV' }).click();
        const lines = readFileSync(await (await download).path(), 'utf8')
            .trim()
            .split(/\r?\n/);
        expect(lines).toHaveLength(customers + 1);
    });

    test('is told what is wrong with a name, keeps the rule, changes it, and brings it back', async ({ page }) => {
        await page.goto('/audiences/new?stage=growth');
        await page.getByLabel('Name').fill('No Such Name!');
        await page.getByRole('button', { name: 'Create the audience' }).click();
        await expect(page.getByRole('alert').first()).toBeVisible();
        await page.getByLabel('Name').fill('growing');
        await page.getByRole('button', { name: 'Create the audience' }).click();
        const panel = page.getByRole('complementary', { name: 'growing' });
        await panel.getByRole('link', { name: 'Edit' }).click();
        await page.getByLabel('Description').fill('those who spend more');
        await page.getByRole('button', { name: 'Save' }).click();
        await expect(panel.getByText('those who spend more')).toBeVisible();
        await panel.getByRole('button', { name: 'Restore' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
        await expect(panel.getByText('Version 3', { exact: true })).toBeVisible();
        await expect(panel.getByText('those who spend more')).toHaveCount(0);
        await panel.getByRole('button', { name: 'Delete' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await expect(page.getByRole('cell', { name: 'growing' })).toHaveCount(0);
    });
});

test.describe('a viewer', () => {
    test.use({ storageState: sessionOf('viewer') });

    test('sees audiences and cannot make one', async ({ page }) => {
        await page.goto('/audiences');
        await expect(page.getByRole('heading', { name: 'Audiences', level: 1 })).toBeVisible();
        await expect(page.getByRole('link', { name: 'New audience' })).toHaveCount(0);
        await page.goto('/audiences/new');
        await expect(page.getByText('Your role does not include this')).toBeVisible();
        await page.goto('/lifecycle');
        await expect(page.getByRole('region', { name: 'Stages' })).toBeVisible();
        await expect(page.getByRole('link', { name: /Audience of the stage/ })).toHaveCount(0);
    });
});
