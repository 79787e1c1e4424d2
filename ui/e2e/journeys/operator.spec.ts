import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { sessionOf } from '../people';

test.use({ storageState: sessionOf('operator') });

/** Writes a file of offers where the server's sources begin. */
function listOffers(file: string, names: string[]): void {
    const rows = names.map((name, i) => `${file}-${i},${name},data,${i + 1}`);
    writeFileSync(join(process.env.E2E_INSTANCE ?? '', 'sync', file), ['id,name,category,value', ...rows].join('\n'));
}

async function addSource(page: Page, name: string, path: string): Promise<void> {
    await page.goto('/sync');
    await page.getByRole('button', { name: 'Add a source' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a source' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Kind').selectOption('file');
    await dialog.getByLabel('Address or path').fill(path);
    await dialog.getByRole('button', { name: 'Add the source' }).click();
    await expect(dialog).toHaveCount(0);
}

async function runSource(page: Page, name: string, verb: 'Dry run' | 'Run now'): Promise<void> {
    await page.goto('/sync');
    await page.getByRole('region', { name, exact: true }).getByRole('button', { name: verb }).click();
    await expect(page.getByRole('heading', { name: `Run of ${name}`, level: 1 })).toBeVisible();
}

test('adds a source, tries it, lets it run, and approves what would take much away', async ({ page }) => {
    listOffers('kiosk.csv', ['Ice cream', 'Newspaper', 'Umbrella', 'Postcard']);
    await addSource(page, 'kiosk', 'kiosk.csv');
    await runSource(page, 'kiosk', 'Dry run');
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    await expect(page.getByRole('row', { name: /Umbrella/ })).toContainText('Added');
    const found = async () => {
        const response = await page.request.get('/api/v1/offers?q=Umbrella');
        return ((await response.json()) as { items: { is_active: boolean }[] }).items;
    };
    expect(await found()).toEqual([]);

    await runSource(page, 'kiosk', 'Run now');
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    await expect.poll(async () => (await found()).map((offer) => offer.is_active)).toEqual([true]);

    listOffers('kiosk.csv', ['Ice cream', 'Newspaper']);
    await runSource(page, 'kiosk', 'Run now');
    await expect(page.getByText('The run waits: nothing is written yet')).toBeVisible();
    await expect(page.getByRole('row', { name: /Umbrella/ })).toContainText('Withdrawn');
    expect((await found()).map((offer) => offer.is_active)).toEqual([true]);
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('dialog', { name: 'Apply what this run staged?' });
    await expect(dialog).toContainText('2 offers are withdrawn');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    await expect.poll(async () => (await found()).map((offer) => offer.is_active)).toEqual([false]);

    // The history: drawn, and the same as a table, the oldest run first.
    await page.goto('/sync');
    const history = page.getByRole('figure', { name: 'How much did each run change?' });
    await expect(history.getByRole('img')).toHaveAttribute('data-drawn', 'true');
    await history.getByRole('button', { name: /Table and export/ }).click();
    await page.getByRole('menuitem', { name: 'As table' }).click();
    const figures = (await history.getByRole('row', { name: /^kiosk/ }).allInnerTexts()).map((row) =>
        row.split('\t').slice(-4).map(Number),
    );
    expect(figures).toEqual([
        [4, 0, 0, 0],
        [4, 0, 0, 0],
        [0, 0, 2, 0],
    ]);
});

test('sees that a broken source failed, why, and that nothing was lost', async ({ page }) => {
    await addSource(page, 'broken', 'there-is-none.csv');
    await runSource(page, 'broken', 'Run now');
    const alert = page.getByRole('alert').filter({ hasText: 'The run failed; the catalogue is as it was' });
    await expect(alert).toContainText('there-is-none.csv');
    await page.getByRole('link', { name: 'All sources' }).click();
    const source = page.getByRole('region', { name: 'broken', exact: true });
    await expect(source).toContainText('Failed');
    await expect(source).toContainText('there-is-none.csv');

    await page.goto('/sync');
    await page.getByRole('row', { name: /shop/ }).first().click();
    await expect(page.getByRole('row', { name: /S-4/ })).toContainText('Rejected');
});
