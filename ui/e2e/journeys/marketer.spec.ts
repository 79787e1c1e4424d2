import { expect, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('marketer') });

test('an offer from nothing to the decision lab', async ({ page }) => {
    await page.goto('/offers');
    await page.getByRole('link', { name: 'New offer' }).click();
    await page.getByLabel('Name').fill('Rainy-day voucher');
    await page.getByRole('combobox', { name: 'Stage' }).click();
    await page.getByRole('option', { name: 'Retention' }).click();
    const rule = page.getByRole('group', { name: 'Eligibility rule' });
    await rule.getByRole('button', { name: '+ Condition' }).click();
    await rule.getByLabel('What is compared').selectOption('lifetime_value');
    await rule.getByLabel('How it is compared').selectOption('>');
    await rule.getByLabel('Value', { exact: true }).fill('5000000');
    await expect(rule.getByText('Reads: Lifetime value > 5000000')).toBeVisible();
    await page.getByLabel('Value if it converts').fill('12');
    await page.getByRole('button', { name: 'Create the draft' }).click();
    await expect(page.getByRole('heading', { name: 'Rainy-day voucher' })).toBeVisible();
    await expect(page.getByText('Draft', { exact: true })).toBeVisible();

    await page.getByRole('button', { name: 'Make live' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make “Rainy-day voucher” live?' });
    await dialog.getByRole('button', { name: 'Make live' }).click();
    await expect(page.getByText('Live', { exact: true })).toBeVisible();

    await page.goto('/lab?customer=C0000042');
    await expect(page.getByText('What would be shown?')).toBeVisible();
    const row = page.getByRole('row', { name: /Rainy-day voucher/ });
    await expect(row).toContainText(/Stage|Eligibility rule/);

    // Somebody invented, who is in the stage and worth enough, may have it.
    await page.goto('/lab?customer=somebody');
    await page.getByRole('button', { name: 'Suppose a value' }).click();
    await page.getByPlaceholder('What is supposed').click();
    await page.getByRole('option', { name: 'Lifetime value', exact: true }).click();
    await page.getByLabel('Supposed value').fill('6000000');
    await page.getByRole('button', { name: 'Suppose a value' }).click();
    await page.getByPlaceholder('What is supposed').last().click();
    await page.getByRole('option', { name: 'Stage', exact: true }).click();
    await page.getByLabel('Supposed value').last().selectOption('retention');
    await page.getByRole('button', { name: 'Decide' }).click();
    await expect(row).not.toContainText(/Eligibility rule/);
    await expect(page).toHaveURL(/suppose=/);
});

test('two people change one offer, and nothing is lost', async ({ page, browser }) => {
    await page.goto('/offers/2');
    await page.getByLabel('Weight').fill('2');
    const other = await browser.newContext({ storageState: sessionOf('admin') });
    const theirs = await other.newPage();
    await theirs.goto('/offers/2');
    await theirs.getByLabel('Name').fill('Early access for all');
    await theirs.getByLabel('Weight').fill('3');
    await theirs.getByRole('button', { name: 'Save' }).click();
    await expect(theirs.getByText('Saved as version 2.')).toBeVisible();
    await other.close();

    await page.getByRole('button', { name: 'Save' }).click();
    const merge = page.getByRole('dialog', { name: 'Somebody else changed this offer while you did' });
    await expect(merge.getByText('Theirs alone: Name')).toBeVisible();
    await merge.getByRole('radio').first().check();
    await merge.getByRole('button', { name: 'Save the merged offer' }).click();
    await expect(page.getByRole('heading', { name: 'Early access for all' })).toBeVisible();
    await expect(page.getByLabel('Weight')).toHaveValue('2');
});

test('an import shows each row before anything is written', async ({ page }) => {
    await page.goto('/offers/import');
    await page
        .getByLabel('Rows to import')
        .fill('offer_id,name,weight\n5,Bring two friends,1.25\n6,Season sale voucher,much\n');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect(page.getByRole('row', { name: /Bring two friends/ })).toContainText('1.25');
    await expect(page.getByText('One bad row stops all')).toBeVisible();
    await page.getByLabel('Leave out bad rows and import the others').check();
    await page.getByRole('button', { name: 'Import 1 row' }).click();
    await expect(page.getByRole('row', { name: /Bring two friends/ })).toBeVisible();
});

test('many offers at once, seen first', async ({ page }) => {
    await page.goto('/offers');
    await page.getByLabel('Select Double points weekend').check();
    await page.getByLabel('Select 5 GB data gift').check();
    await page.getByRole('button', { name: 'Change the selected offers' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New value').fill('1.5');
    await dialog.getByRole('button', { name: 'Preview', exact: true }).click();
    await expect(dialog.getByText('Weight').last()).toBeVisible();
    await dialog.getByRole('button', { name: 'Change 2 offers' }).click();
    await expect(page.getByText('2 offers changed.')).toBeVisible();
});

test('from a stage to its customers’ numbers, by keyboard alone', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await expect(page.getByRole('heading', { name: 'Lifecycle' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox', { name: 'Find offers, customers, screens' })).toBeFocused();
    await page.keyboard.type('C0000042');
    await expect(page.getByRole('option', { name: /C0000042/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Customer C0000042' })).toBeVisible();
});
