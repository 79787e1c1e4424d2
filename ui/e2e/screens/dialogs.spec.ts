// Every dialog and every panel by the keyboard: it opens, holds the focus, has no serious finding of axe, Escape closes
// it, and the focus is where it was.
import { expect, type Locator, type Page } from '@playwright/test';
import { test } from '../one-page';
import { findings, settle } from '../page';

const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first();

interface Opened {
    path: string;
    /** What opens it, and has the focus again in the end. */
    by: (page: Page) => Locator;
    /** What is done before there is such a thing. */
    first?: (page: Page) => Promise<void>;
    /** What is chosen in the menu that it opens. */
    item?: string;
}

/** By their titles, as regular expressions. */
const dialogs: Record<string, Opened> = {
    'Train a model': { path: '/models', by: button('Train a model') },
    'Retire version .* of Churn': { path: '/models/churn', by: button('Retire') },
    'Add a source': { path: '/sync', by: button('Add a source') },
    'Make a key': { path: '/keys', by: button('Make a key') },
    'Invite somebody': { path: '/users', by: button('Invite somebody') },
    'Add a receiver': { path: '/webhooks', by: button('Add a receiver') },
    'Pause “10 % off accessories”?': { path: '/offers/1', by: button('Pause') },
    'Change 1 offer': {
        path: '/offers',
        first: (page) => page.getByLabel('Select Double points weekend').check(),
        by: button('Change the selected offers'),
    },
    'Set the stage of C0000042 by hand': { path: '/customers/C0000042', by: button('Set the stage by hand') },
    'Delete the audience “silent”?': { path: '/audiences?open=silent', by: button('Delete') },
    'Change password': {
        path: '/',
        by: (page) => page.getByRole('button', { name: /Your account/ }),
        item: 'Change password',
    },
    'Your sessions': {
        path: '/',
        by: (page) => page.getByRole('button', { name: /Your account/ }),
        item: 'Your sessions',
    },
    'Find offers, customers, screens': {
        path: '/',
        by: (page) => page.getByRole('button', { name: /Find offers, customers, screens/ }),
    },
};

for (const [title, { path, by, first, item }] of Object.entries(dialogs)) {
    test(`the dialog ${title}`, async ({ page }) => {
        await page.goto(path);
        await settle(page);
        await first?.(page);
        await by(page).press('Enter');
        if (item) {
            await page.getByRole('menuitem', { name: item }).press('Enter');
        }
        const dialog = page.getByRole('dialog', { name: new RegExp(title) });
        await expect(dialog).toBeVisible();
        await expect(dialog.locator(':focus')).toHaveCount(1);
        await settle(page);
        expect(await findings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(dialog).toHaveCount(0);
        await expect(by(page)).toBeFocused();
    });
}

const panels: Record<string, string> = {
    '/offers': 'Double points weekend',
    '/audiences': 'silent',
    '/jobs': 'Training',
    '/audit': 'users.create',
    '/users': 'e2e-viewer',
};

for (const [path, text] of Object.entries(panels)) {
    test(`the panel of ${path}`, async ({ page }) => {
        await page.goto(path);
        await settle(page);
        const row = page.getByRole('row', { name: new RegExp(text) }).first();
        await row.press('Enter');
        const panel = page.getByRole('complementary');
        await expect(panel).toBeFocused();
        await page.keyboard.press('Escape');
        await expect(panel).toHaveCount(0);
        await expect(row).toBeFocused();
    });
}
