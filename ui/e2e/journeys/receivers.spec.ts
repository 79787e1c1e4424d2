// An audience on its way out, and rules over times and truths.
import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('admin') });

test('an audience goes to a receiver as a job', async ({ page }) => {
    const name = `out-${Date.now()}`;
    const url = `https://example.com/${name}`;
    await page.goto('/webhooks');
    await page.getByRole('button', { name: 'Add a receiver' }).first().click();
    await page.getByRole('dialog').getByLabel('Address').fill(url);
    await page.getByRole('button', { name: 'Add the receiver' }).click();
    await expect(page.getByRole('complementary', { name: 'Receiver' })).toContainText(url);

    await page.goto('/audiences/new?stage=growth');
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create the audience' }).click();
    const panel = page.getByRole('complementary', { name });
    await panel.getByRole('button', { name: 'Send to a receiver' }).click();
    const dialog = page.getByRole('dialog', { name: `Send “${name}” to a receiver` });
    await dialog.getByLabel('Receiver').selectOption({ label: url });
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByRole('progressbar', { name: /audience/ })).toBeVisible();
});

test('a rule asks how long ago something was, and whether something holds', async ({ page }) => {
    await page.goto('/audiences/new');
    const rule = page.getByRole('group', { name: 'Selects' });
    await rule.getByRole('button', { name: '+ Condition' }).click();
    await rule.getByLabel('What is compared').selectOption('stage_since');
    await rule.getByLabel('How it is compared').selectOption('days<');
    await rule.getByLabel('Value', { exact: true }).fill('3650');
    await rule.getByRole('button', { name: '+ Condition' }).click();
    await rule.getByLabel('What is compared').nth(1).selectOption('in_base');
    await expect(
        rule.getByText('Reads: Start of the stage was less than 3650 days ago and Active within 365 days is yes'),
    ).toBeVisible();
    const live = page.getByRole('region', { name: 'How many are they?' });
    await expect(live.getByRole('link', { name: /^C\d+$/ }).first()).toBeVisible();
    await rule.getByRole('button', { name: 'Remove the condition' }).first().click();
    await expect(rule.getByText('Reads: Active within 365 days is yes')).toBeVisible();
});
